"""Texts of the tokens under glass. Values in braces are filled in the browser."""

TEXTS: dict[str, tuple[str, str]] = {
    "glass.title": ("Every token under glass", "逐个词元看"),
    "glass.title_read": ("How surprising each token was", "每个词元有多出人意料"),
    "glass.colour_by": ("Colour by", "着色依据"),
    "glass.surprise": ("probability", "概率"),
    "glass.rank": ("rank", "名次"),
    "glass.entropy": ("uncertainty", "不确定性"),
    "glass.expected": ("expected", "意料之中"),
    "glass.unexpected": ("surprising", "出人意料"),
    "glass.space": ("show spaces", "显示空格"),
    "glass.hint": (
        "Choose a token: what else could have stood there, and how it was chosen. Arrow keys go from token to token.",
        "选一个词元，看那里还可能出现什么、它是怎样被选中的。方向键可在词元间移动。",
    ),
    "glass.hint_read": (
        "Choose a token to see what the model expected there. Nothing stands before the first one, so it is not judged.",
        "选一个词元，看模型原本预期什么。第一个词元前面没有内容，因此不作判断。",
    ),
    "glass.chosen": (
        "had a probability of {probability}, rank {rank}; the model's uncertainty here was {bits} bits.",
        "的概率为 {probability}，排第 {rank}；模型在此处的不确定性为 {bits} 比特。",
    ),
    "glass.before": ("model", "模型"),
    "glass.after": ("drawn from", "抽取时"),
    "glass.others": ("all others", "其余全部"),
    "glass.rank_of": ("rank {rank}", "第 {rank} 名"),
    "glass.bits": ("{bits} bits", "{bits} 比特"),
    "glass.go_on": ("go on", "继续"),
    "glass.step_logits": ("Model", "模型"),
    "glass.step_penalty": ("Repetition penalty", "重复惩罚"),
    "glass.step_temperature": ("Temperature", "温度"),
    "glass.step_top_k": ("Top-k", "Top-k 截断"),
    "glass.step_top_p": ("Top-p", "Top-p 截断"),
    "glass.step_min_p": ("Min-p", "Min-p 截断"),
    "glass.kept": ("{count} possible", "剩 {count} 个"),
    "glass.cut": ("{mass} cut off", "去掉 {mass}"),
    "glass.steps_title": (
        "This choice, step by step: probability, and logit below it",
        "这次选择的每一步：概率，下方为 logit",
    ),
    "glass.bar_title": ("The draw", "抽取"),
    "glass.shares_title": ("Every token's share", "每个词元所占的份额"),
    "glass.after_settings": ("after settings", "设置之后"),
    "glass.certain": ("certain", "确定"),
    "glass.uncertain": ("uncertain", "不确定"),
    "glass.failed": (
        "The server did not answer. Try again, or run the text once more.",
        "服务器没有回答。请重试，或重新运行。",
    ),
    "glass.drawn": (
        "Every token is as long on this bar as it was likely. The random draw fell at {place}: the token there was "
        "taken. With the same seed and the same settings it falls there again.",
        "每个词元在这条线上的长度就是它的概率。随机抽取落在 {place}，于是取了那里的词元。种子与设置都相同，就会再次落在那里。",
    ),
    "glass.likeliest": (
        "Nothing was drawn: the likeliest token was taken.",
        "没有抽取：直接取了最可能的词元。",
    ),
    "glass.given": (
        "Nothing was drawn here: this token was given, by you or by the answer that this one branched from.",
        "这里没有抽取：这个词元是给定的，来自你的选择或所分出的那个回答。",
    ),
    "glass.end": ("end of the answer", "回答结束"),
    "glass.surprising": ("Most surprising", "最出人意料"),
    "glass.token": ("{text}: {probability}", "{text}：{probability}"),
}
