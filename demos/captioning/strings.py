"""Texts of the captioning tab."""

ON_STAGE = (
    "hint", "look_note", "region_note", "alternatives", "pick", "probability", "candidate", "end_of_stage",
    "word_label", "given", "legend_low", "legend_high", "picture_alt",
)  # fmt: skip

TEXTS: dict[str, tuple[str, str]] = {
    "captioning.view.describe": ("Describe", "描述"),
    "captioning.view.many": ("Many at once", "批量"),
    "captioning.view.clip": ("Video", "视频"),
    "captioning.view.circle": ("The circle", "循环"),
    "captioning.view.pair": ("Side by side", "并排比较"),
    # Describe
    "captioning.picture": (
        "Picture: drop, paste, choose or take one",
        "图片：拖入、粘贴、选择或拍摄",
    ),
    "captioning.describe.run": ("Describe", "描述"),
    "captioning.describe.empty": (
        "<b>What is in the picture, and how sure is it?</b> Give a picture or pick an example. Each word gets the "
        "model's confidence; point at a word to see where the model looked, click it to choose another.",
        "<b>图片里有什么？模型有多大把握？</b> 放入图片或选一个例子。每个词都带有模型的把握；指向一个词可看到模型看向哪里，点击可换一个词。",
    ),
    "captioning.question": ("Ask about it (optional)", "提问（可选）"),
    "captioning.question.info": (
        "Qwen3-VL answers; it needs a GPU. A captioner alone cannot: it completes “a drawing of …” instead, and says so.",
        "由 Qwen3-VL 回答，需要 GPU。单纯的描述模型不能回答：它会改为补全“a drawing of …”，并说明。",
    ),
    "captioning.prefix": ("Begin with (optional)", "以此开头（可选）"),
    "captioning.prefix.info": (
        "The model goes on from these words, for example “a photo of a”.",
        "模型会接着这些词往下说，例如“a photo of a”。",
    ),
    "captioning.own": ("Your own sentence (optional)", "你自己的句子（可选）"),
    "captioning.own.info": (
        "It is ranked beside the model's captions: which one fits the picture best?",
        "它会与模型的描述一起排名：哪一句最贴合图片？",
    ),
    "captioning.strategy": ("How words are chosen", "选词方式"),
    "captioning.strategy.greedy": ("Always the likeliest", "总取最可能的"),
    "captioning.strategy.beam": ("Beam search", "束搜索"),
    "captioning.strategy.sample": ("Sampling", "采样"),
    "captioning.length": ("How much", "篇幅"),
    "captioning.length.short": ("Short", "简短"),
    "captioning.length.detailed": ("Detailed, where the model can", "详细（若模型支持）"),
    "captioning.candidates": ("Candidates", "候选数"),
    "captioning.candidates.info": (
        "Beams kept, or captions sampled.",
        "保留的束数，或采样的描述数。",
    ),
    "captioning.temperature": ("Temperature", "温度"),
    "captioning.temperature.info": (
        "For sampling: low is careful, high is daring.",
        "用于采样：低则谨慎，高则大胆。",
    ),
    "captioning.top_p": ("Top-p", "top-p（核采样）"),
    "captioning.top_p.info": (
        "For sampling: only words within this share of probability.",
        "用于采样：只取累计概率在此份额内的词。",
    ),
    "captioning.seed": ("Seed", "随机种子"),
    "captioning.seed.info": ("Empty: another one each time.", "留空：每次不同。"),
    "captioning.caption_seconds": ("seconds for the caption", "秒（生成描述）"),
    # The stage
    "captioning.hint": (
        "Point at a word: the picture stays light where the model looked for it. Click it for what else it might have said. "
        "Point at a place in the picture for the words that look there.",
        "指向一个词：图片中模型看的地方保持明亮。点击可看它还可能说什么。指向图片中的一处，可看哪些词看向那里。",
    ),
    "captioning.look_note": (
        "“{word}”: the brightest cell got {most} of its look.",
        "“{word}”：最亮的一格占了注视的 {most}。",
    ),
    "captioning.region_note": (
        "How much of its look each word has here: {words}.",
        "各个词的注视落在此处的份额：{words}。",
    ),
    "captioning.alternatives": ("In place of “{word}”", "代替“{word}”"),
    "captioning.pick": ("Go on from “{word}”", "改为“{word}”并接着说"),
    "captioning.probability": ("{chance} for the whole caption", "整句概率 {chance}"),
    "captioning.candidate": ("Caption {number}", "描述 {number}"),
    "captioning.end_of_stage": ("still writing", "正在写"),
    "captioning.word_label": ("{word}, {chance}", "{word}，{chance}"),
    "captioning.given": ("given by you", "由你指定"),
    "captioning.legend_low": ("unsure", "没把握"),
    "captioning.legend_high": ("sure", "有把握"),
    "captioning.picture_alt": ("The picture that is described", "被描述的图片"),
    "captioning.ends": ("(the end)", "（结束）"),
    # Which caption fits best
    "captioning.fit": ("Which sentence fits best?", "哪一句最贴合？"),
    "captioning.fit.hint": (
        "Cosine between picture and sentence, by the {model}. The bundled captioner sees with the bundled search "
        "encoder's eyes: where one is fooled, so may the other be.",
        "{model} 给出的图文余弦。内置的描述模型用的就是内置搜索编码器的“眼睛”：一个看错，另一个也可能看错。",
    ),
    "captioning.yours": ("(yours)", "（你的）"),
    # Many
    "captioning.files": ("Pictures or a ZIP", "图片或 ZIP"),
    "captioning.many.run": ("Describe all", "全部描述"),
    "captioning.many.empty": (
        "<b>A folder of pictures, described in one go.</b> Choose files or a ZIP. You get a CSV, and a ZIP with one text "
        "file beside each picture; whatever cannot be read is listed with the reason.",
        "<b>一次描述整个文件夹。</b> 选择多个文件或一个 ZIP。你会得到一个 CSV，以及为每张图片各配一个文本文件的 ZIP；读不了的会列出原因。",
    ),
    "captioning.csv": ("Save as CSV", "保存为 CSV"),
    "captioning.texts": ("Save texts (ZIP)", "保存文本（ZIP）"),
    "captioning.column.file": ("File", "文件"),
    "captioning.column.caption": ("Caption", "描述"),
    "captioning.column.chance": ("Probability", "概率"),
    "captioning.skipped": ("Left out: {count:,}", "已跳过：{count:,}"),
    "captioning.pictures": ("pictures described", "张图片"),
    "captioning.pictures_per_second": ("pictures a second", "张/秒"),
    # A clip
    "captioning.clip": ("A short clip", "一段短视频"),
    "captioning.clip.limits": (
        "At most 120 seconds and 100 MB. The 12 largest changes of scene are described.",
        "最长 120 秒，最大 100 MB。描述变化最大的 12 个场景。",
    ),
    "captioning.clip.sample": ("Take the example clip", "使用示例片段"),
    "captioning.clip.run": ("Tell what happens", "讲述内容"),
    "captioning.clip.empty": (
        "<b>A clip, scene by scene.</b> Where the picture changes, a new scene begins; each is described, and the text "
        "model sums up the captions. Sound is not heard.",
        "<b>逐个场景看一段视频。</b> 画面变化处是新的场景；逐一描述后，由文本模型总结。不听声音。",
    ),
    "captioning.clip.summary": ("In short", "概要"),
    "captioning.clip.guess": (
        "A guess by {model} from the captions alone: it saw no picture, and small models make things up.",
        "{model} 仅凭这些描述作出的猜测：它没有看画面，小模型会编造内容。",
    ),
    "captioning.scenes": ("scenes described", "个场景"),
    "captioning.clip_seconds": ("seconds to watch and describe", "秒（观看并描述）"),
    # The circle
    "captioning.round_prompt": ("Begin with", "从这里开始"),
    "captioning.round_prompt.info": (
        "It is drawn, the drawing is described, the description is drawn, and so on.",
        "先画出来，再描述这幅画，再画这段描述，如此往复。",
    ),
    "captioning.circle.run": ("Go round", "开始循环"),
    "captioning.circle.empty": (
        "<b>Whispers between two models.</b> One draws, the other describes, and round it goes. A small table says how "
        "far the meaning has drifted from what you wrote.",
        "<b>两个模型之间的传话游戏。</b> 一个画，一个描述，循环往复。一张小表说明意思偏离了多远。",
    ),
    "captioning.rounds": ("Rounds", "轮数"),
    "captioning.round": ("Round {number} of {rounds}", "第 {number} / {rounds} 轮"),
    "captioning.round_start": ("Prompt", "提示"),
    "captioning.round_picture": ("Picture {number}", "图 {number}"),
    "captioning.round_text": ("Caption {number}", "描述 {number}"),
    "captioning.matrix": (
        "Cosines of everything with everything; the first row is the drift from the prompt",
        "两两之间的余弦；第一行是与最初提示的距离",
    ),
    "captioning.drift": (
        "After {rounds} rounds the last caption is at {cosine} to the prompt (1 is the same).",
        "{rounds} 轮之后，最后的描述与最初提示的余弦为 {cosine}（1 表示相同）。",
    ),
    # Side by side
    "captioning.pair.run": ("Compare", "比较"),
    "captioning.pair.sample": ("Take the example picture", "使用示例图片"),
    "captioning.pair.empty": (
        "<b>Two opinions on one picture.</b> Choose two models, or two ways of choosing words, and see caption, "
        "confidence, fit and cost beside each other.",
        "<b>一张图片，两种说法。</b> 选两个模型或两种选词方式，并排查看描述、把握、贴合度与开销。",
    ),
    "captioning.cosine": ("Cosine to the picture", "与图片的余弦"),
    "captioning.parameters": ("Parameters", "参数量"),
    # Examples
    "captioning.example.elephant": ("An elephant, word by word", "大象，逐词描述"),
    "captioning.example.lion": ("A lion, beam search", "狮子，束搜索"),
    "captioning.example.car": ("A car, sampled", "汽车，采样"),
    "captioning.example.cello": ("A cello? And my sentence", "大提琴？加上我的句子"),
    "captioning.example.violin": ("The same, “a photo of a…”", "同一张图，“a photo of a…”"),
    "captioning.example.apple": ("An apple, and a slip", "苹果，一处口误"),
    "captioning.example.circle": ("A red apple, three rounds", "红苹果，三轮"),
    "captioning.example.drift": ("A happy king, three rounds", "快乐的国王，三轮"),
    "captioning.explain": (
        "A captioner writes one word after another. At each place it has a **probability** for every word it knows; the "
        "colour of a word is that number, dark for sure. A small number means that others were nearly as good: click "
        "the word to see the five likeliest, and pick one to see how the sentence goes on.\n\n"
        "**Where it looked** is a map over the picture's cells that sums to 1. For the bundled model and Qwen3-VL it is gradient-weighted: how "
        "much each place raised that word's probability. For BLIP it is the decoder's cross-attention, which says what was "
        "read, not what decided. The run card says which. Small words hang on no place: their maps mean little. What lies outside the map was cut off before the model saw it.\n\n"
        "*Greedy* takes the likeliest word each time, *beam search* keeps several sentences and takes the likeliest whole, "
        "*sampling* draws by chance. **Fit** is the search encoder's cosine: a high probability and a poor fit mean a fluent "
        "mistake.",
        "描述模型一个词接一个词地写。在每个位置，它对认识的每个词都有一个**概率**；词的颜色就是这个数，越深越有把握。数小说明别的词也差不多好："
        "点击这个词可看最可能的五个，选一个看句子怎样继续。\n\n"
        "**它看向哪里**是分布在图片格子上、总和为 1 的图。内置模型和 Qwen3-VL 按梯度加权：每一处把该词的概率提高了多少；BLIP 则用解码器的交叉注意力，"
        "它说明读取了什么，而不是什么起了决定作用。运行信息会注明方法。虚词不取决于任何位置，其图意义不大。图以外的部分在模型看到之前已被裁掉。\n\n"
        "*逐词最可能*每次取最可能的词，*束搜索*保留多个句子取整体最可能的，*采样*按概率抽取。**贴合度**是搜索编码器的余弦："
        "概率高而贴合度低，就是流利的错误。",
    ),
}
