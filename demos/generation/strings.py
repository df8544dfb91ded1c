"""Texts of the text generation tab."""

TEXTS: dict[str, tuple[str, str]] = {
    "tab.generation": ("Text generation", "文本生成"),
    "generation.mode": ("Mode", "模式"),
    "generation.mode.chat": ("Chat", "对话"),
    "generation.mode.completion": ("Continue a text", "续写"),
    "generation.mode.read": ("Score a text", "给文字打分"),
    "generation.mode.draws": ("Many samples", "多次采样"),
    "generation.mode.versus": ("Two models", "两个模型"),
    "generation.draws": ("Number of samples", "采样次数"),
    "generation.draws.info": (
        "For “Many samples”: how many continuations of your text to sample, of at most 40 tokens each. Stop strings are "
        "not applied.",
        "用于“多次采样”：为你的文字采样多少个续写，每个最多 40 个词元。此时不检查停止串。",
    ),
    "generation.finished.draws": (
        "All samples are done: the first uses this seed, each further one the next seed.",
        "采样全部完成：第一个样本使用这个种子，之后每个样本的种子依次加一。",
    ),
    "generation.presets": ("Start from a task and edit it", "从任务模板开始，再作修改"),
    "generation.preset.spelling": ("Correct the spelling", "改正拼写"),
    "generation.preset.question": ("Answer from a passage", "根据短文回答"),
    "generation.go_on": ("Continue writing", "继续写"),
    "generation.edit": ("Edit", "修改"),
    "generation.edit.info": (
        "Put this question back into the field; it and everything after it leave the chat",
        "把这个问题放回输入框；它和之后的内容会从对话中移除",
    ),
    "generation.example.draws": ("32 ways to continue", "32 种续写"),
    "generation.perplexity": ("perplexity", "困惑度"),
    "generation.finished.read": (
        "Perplexity: on average, the number of equally probable tokens among which the model would be as uncertain. The "
        "lower, the less surprised.",
        "困惑度：平均而言，模型相当于在多少个同样可能的词元之间犹豫。越低，说明文字越在意料之中。",
    ),
    "generation.finished.stop": (
        "Ended at one of your stop strings.",
        "遇到你设定的停止串，回答到此结束。",
    ),
    "generation.prompt": ("Your text", "你的文字"),
    "generation.prompt.placeholder": (
        "Ask something, or give the beginning of a text",
        "问点什么，或给出一段文字的开头",
    ),
    "generation.prompt.info": (
        "Enter sends, Shift+Enter starts a new line.",
        "按 Enter 发送，Shift+Enter 换行。",
    ),
    "generation.run": ("Generate", "生成"),
    "generation.new_chat": ("New chat", "新对话"),
    "generation.keep_end_run": ("Keep the end and try again", "只保留结尾并重试"),
    "generation.to_verse": ("Let the verse writer continue it", "让古诗模型来续写"),
    "generation.again": ("Try again", "重新生成"),
    "generation.model": ("Model", "模型"),
    "generation.system": ("System prompt (chat)", "系统提示词（对话）"),
    "generation.system.info": (
        "Who the model should be. Empty: the model's own default.",
        "希望模型扮演什么角色。留空则用模型自带的默认值。",
    ),
    "generation.strategy": ("How to choose each token", "如何选择每个词元"),
    "generation.strategy.sampling": ("Sample at random", "随机采样"),
    "generation.strategy.greedy": (
        "Always the most probable (greedy)",
        "总取概率最高的（贪心）",
    ),
    "generation.temperature": ("Temperature", "温度"),
    "generation.temperature.info": (
        "Below 1 sharpens the probabilities, above 1 flattens them.",
        "小于 1 让概率更集中，大于 1 让概率更平坦。",
    ),
    "generation.top_k": ("Top-k", "Top-k"),
    "generation.top_k.info": (
        "Sample only from the k most probable tokens; 0 turns this off.",
        "只从概率最高的 k 个词元中采样；0 表示不限制。",
    ),
    "generation.top_p": ("Top-p", "Top-p"),
    "generation.top_p.info": (
        "Sample from the fewest tokens whose probabilities add up to p.",
        "只从累计概率达到 p 的最少几个词元中采样。",
    ),
    "generation.min_p": ("Min-p", "Min-p 截断"),
    "generation.min_p.info": (
        "Sample only tokens at least this fraction as probable as the most probable one; 0 turns this off.",
        "去掉概率低于“最高概率 × 此值”的词元；0 表示不限制。",
    ),
    "generation.stop_strings": ("Stop strings", "停止串"),
    "generation.stop_strings.info": (
        "One per line: the answer ends before the first of them that comes up. \\n stands for a new line.",
        "每行一个：回答会在其中任何一个出现之前结束。\\n 表示换行。",
    ),
    "generation.repetition_penalty": ("Repetition penalty", "重复惩罚"),
    "generation.repetition_penalty.info": (
        "Above 1 makes tokens that already occur less probable, in greedy decoding too; 1 turns it off.",
        "大于 1 会降低已出现词元的概率，对贪心同样有效；1 表示不使用。",
    ),
    "generation.max_new_tokens": ("Longest answer, in tokens", "回答的最大长度（词元）"),
    "generation.max_new_tokens.info": (
        "A token is a piece of a word, about four letters of English.",
        "词元是词的一部分，英文中约四个字母。",
    ),
    "generation.seed": ("Seed", "随机种子"),
    "generation.seed.info": (
        "Same seed, same settings: the same answer. Empty: a new one each time.",
        "种子与设置相同，回答就相同。留空则每次不同。",
    ),
    "generation.overflow": ("If the text is too long", "文字过长时"),
    "generation.overflow.error": ("Say so", "提示我"),
    "generation.overflow.keep_end": ("Keep its end", "保留结尾"),
    "generation.empty": (
        "<b>A language model writes one token at a time</b> Type a text, or pick an example, and watch it happen.",
        "<b>语言模型一次写一个词元</b> 输入文字或选一个例子，看它如何写出来。",
    ),
    "generation.you": ("You", "你"),
    "generation.given": ("Your text", "你的文字"),
    "generation.written": ("Written by the model", "模型续写"),
    "generation.transcript": ("Answer", "回答"),
    "generation.tokens_per_second": ("tokens/s", "词元/秒"),
    "generation.first_token_seconds": ("s to the first token", "秒后出现首个词元"),
    "generation.prompt_tokens": ("tokens read", "个词元（读入）"),
    "generation.answer_tokens": ("tokens written", "个词元（写出）"),
    "generation.finished.end": (
        "The model ended its answer itself.",
        "模型自己结束了回答。",
    ),
    "generation.finished.length": (
        "Cut off at the longest answer you allowed; raise it in the settings for more.",
        "达到所设的最大长度而停止；可在设置中调大。",
    ),
    "generation.finished.stopped": (
        "Stopped by you; this is what was written so far.",
        "已由你停止；以上是已写出的部分。",
    ),
    "generation.finished.deadline": (
        "The time limit for one answer was reached; this is what was written so far.",
        "已达到单次回答的时间上限；以上是已写出的部分。",
    ),
    "generation.explain.write": (
        "Each [[token]] as it was chosen: its probability, its alternatives, and what "
        "[[temperature]], top-k and top-p left to choose from.\n\n"
        "Whether it is true. A high probability says that such texts continue so. A "
        "reason that the model gives for its answer is more text, not a look inside.",
        "每个[[token|词元]]是怎样选出来的：它的概率、其他候选，以及经过[[temp"
        "erature|温度]]、top-k、top-p 之后还剩下哪些可选。\n\n"
        "它说的是否属实。概率高只表示这类文字通常这样接下去。模型为自己的回答给出的理由也只是"
        "更多的文字，并不是内部的真实过程。",
    ),
    "generation.explain.read": (
        "How surprising each token of your text is to the model, and its [[perplexity]] "
        "over all of it.\n\n"
        "Whether a text is good, or who wrote it. Perplexities of models with other "
        "vocabularies cannot be compared: they count other tokens.",
        "你的文字里每个词元让模型觉得有多意外，以及整段文字的[[perplexity|困惑度"
        "]]。\n\n"
        "文字写得好不好，或是谁写的。词表不同的模型，困惑度不能相互比较：它们数的词元不同。",
    ),
    "generation.explain.draws": (
        "Many answers to one prompt by [[sampling]], as a tree: where they part, the "
        "model had more than one good way to go on.\n\n"
        "All that the model could say: rare ways are missed by a few dozen samples. That "
        "most samples agree makes nothing true.",
        "对同一提示多次[[sampling|采样]]得到的回答，画成一棵树：分叉处，模型有不"
        "止一种合适的接法。\n\n"
        "模型可能说的一切：几十次采样会漏掉少见的说法。多数样本一致，也不代表它是真的。",
    ),
    "generation.explain.versus": (
        "Two models on one prompt with one seed, what each has taken, and how fast it "
        "was. On average a model with more parameters predicts its texts better, by a "
        "power law.\n\n"
        "Which one is better: one prompt is one sample, and the models learnt from "
        "different texts.",
        "两个模型用同一提示、同一种子各答一次，并列出各自的用时与速度。平均来说，参数越多，预"
        "测得越好，大致服从幂律。\n\n"
        "哪个更好：一个提示只是一次抽样，而且两个模型学的文字并不相同。",
    ),
    "generation.explain": (
        "The model splits your text into **[[token|tokens]]** (pieces of words) and reads them all. For every token in its "
        "vocabulary it then computes the probability that it comes next, picks one, appends it, and starts over: the "
        "answer grows a token at a time, which is why it streams.\n\n"
        "*Greedy* takes the most probable token each time. *[[sampling|Sampling]]* picks one at random by those probabilities, after "
        "**[[temperature]]** has sharpened or flattened them and **top-k** and **top-p** have cut off the improbable ones. "
        "The **seed** fixes the random numbers. A **repetition penalty** above 1 first lowers tokens that already occur, "
        "in both. In a chat, the whole conversation is read again as one long text, with marks for who speaks.\n\n"
        "The model has learnt what texts look like, not what is true. A small one writes fluently and makes things up.",
        "模型先把文字切成[[token|词元]]（词的片段）并全部读入，然后为词表中的每个词元计算它接在后面的概率，选出一个接上，"
        "再重新开始：回答一次只长一个词元，所以会逐字出现。\n\n"
        "*贪心*每次取概率最高的词元。[[sampling|采样]]按概率随机选取：[[temperature|温度]]先让概率更集中或更平坦，**top-k** 和 **top-p** "
        "再去掉不太可能的词元，**随机种子**决定所用的随机数。大于 1 的**重复惩罚**会先压低已出现过的词元，对两者都有效。"
        "在对话中，整段对话会连同说话人标记一起，作为一篇长文重新读入。\n\n"
        "模型学到的是文字通常的样子，而不是事实。小模型写得流畅，却会编造。",
    ),
    "generation.example.rainbow": ("Explain a rainbow", "解释彩虹"),
    "generation.example.sea": ("A sentence about the sea", "写一句大海"),
    "generation.example.story": ("Continue a story", "续写故事"),
    "generation.example.verse": ("Continue a Chinese poem", "续写古诗"),
    "generation.example.verse_draws": ("32 poems from “明月”", "“明月”起头的 32 首诗"),
    "generation.example.verse_versus": ("Two models, one Chinese line", "两个模型，一句古诗"),
    "generation.example.read": ("Score a text", "给一段文字打分"),
    "generation.example.greedy": ("Capitals, greedily", "首都（贪心）"),
    # Two models beside each other.
    "generation.compare.first": ("First model", "第一个模型"),
    "generation.compare.second": ("Second model", "第二个模型"),
    "generation.compare.verdict": (
        "{large} has {times} times as many parameters as {small}; {small} wrote {faster} times as many tokens a second.",
        "{large} 的参数量是 {small} 的 {times} 倍；{small} 每秒写出的词元数是 {large} 的 {faster} 倍。",
    ),
    "generation.compare.limits": (
        "A model knows what texts look like, not what is true. One of {parameters} parameters writes fluently and makes "
        "things up: check what it says.",
        "模型知道文字通常是什么样子，却不知道什么是真的。参数量为 {parameters} 的模型写得流畅，但会编造：请核实它说的内容。",
    ),
    # The token inspector. Values in braces are filled in the browser.
    "generation.tokens.title": ("Token by token", "逐个词元查看"),
    "generation.tokens.title_read": (
        "How surprising each token is",
        "每个词元有多出人意料",
    ),
    "generation.tokens.colour_by": ("Colour by", "着色依据"),
    "generation.tokens.surprise": ("probability", "概率"),
    "generation.tokens.rank": ("rank", "排名"),
    "generation.tokens.entropy": ("uncertainty", "不确定性"),
    "generation.tokens.expected": ("expected", "意料之中"),
    "generation.tokens.unexpected": ("surprising", "出人意料"),
    "generation.tokens.space": ("show spaces", "显示空格"),
    "generation.tokens.hint": (
        "Choose a token to see what else could have stood there, and how it was chosen. Arrow keys move from token to "
        "token.",
        "选择一个词元，看看此处还可能出现什么、它又是怎样被选中的。用方向键在词元之间移动。",
    ),
    "generation.tokens.hint_read": (
        "Choose a token to see what the model expected there. Nothing precedes the first one, so it has no score.",
        "选择一个词元，看看模型原本预期什么。第一个词元前面没有内容，所以没有分数。",
    ),
    "generation.tokens.chosen": (
        "had a probability of {probability}, rank {rank}; the model's uncertainty here was {bits} bits.",
        "的概率为 {probability}，排名第 {rank}；模型在此处的不确定性为 {bits} 比特。",
    ),
    "generation.tokens.before": ("model", "模型"),
    "generation.tokens.after": ("sampled from", "采样时"),
    "generation.tokens.others": ("all others", "其余全部"),
    "generation.tokens.rank_of": ("rank {rank}", "第 {rank} 名"),
    "generation.tokens.bits": ("{bits} bits", "{bits} 比特"),
    "generation.tokens.go_on": ("continue", "由此续写"),
    "generation.tokens.step_logits": ("Model", "模型"),
    "generation.tokens.step_penalty": ("Repetition penalty", "重复惩罚"),
    "generation.tokens.step_temperature": ("Temperature", "温度"),
    "generation.tokens.step_top_k": ("Top-k", "Top-k 截断"),
    "generation.tokens.step_top_p": ("Top-p", "Top-p 截断"),
    "generation.tokens.step_min_p": ("Min-p", "Min-p 截断"),
    "generation.tokens.kept": ("{count} possible", "剩 {count} 个"),
    "generation.tokens.cut": ("{mass} cut off", "去掉 {mass}"),
    "generation.tokens.steps_title": (
        "This choice, step by step: probability, with the logit below it",
        "这次选择的每一步：概率，下方为 logit",
    ),
    "generation.tokens.bar_title": ("The random draw", "这次采样"),
    "generation.tokens.shares_title": ("Each token's share", "每个词元所占的份额"),
    "generation.tokens.after_settings": ("after settings", "应用设置后"),
    "generation.tokens.certain": ("certain", "确定"),
    "generation.tokens.uncertain": ("uncertain", "不确定"),
    "generation.tokens.failed": (
        "The server did not answer. Try again, or run the text once more.",
        "服务器没有响应。请重试，或重新运行。",
    ),
    "generation.tokens.drawn": (
        "On this bar each token is as long as its probability. The random draw fell at {place}, so the token there was "
        "taken. With the same seed and the same settings it falls there again.",
        "每个词元在这条线上的长度就是它的概率。这次随机落在 {place}，于是取了那里的词元。种子与设置都不变，就会再次落在那里。",
    ),
    "generation.tokens.likeliest": (
        "Nothing was drawn: the most probable token was taken.",
        "没有随机采样：直接取了概率最高的词元。",
    ),
    "generation.tokens.given": (
        "Nothing was drawn here: this token was given, by you or by the answer that this one branches off.",
        "这里没有采样：这个词元是给定的，来自你的选择，或来自它所属分支的上一个回答。",
    ),
    "generation.tokens.end": ("end of the answer", "回答结束"),
    "generation.tokens.surprising": ("Most surprising", "最出人意料"),
    "generation.tokens.token": ("{text}: {probability}", "{text}：{probability}"),
    # The tree of many samples. Values in braces are filled in the browser.
    "generation.tree.title": (
        "{draws} samples of the same prompt",
        "同一提示词的 {draws} 个样本",
    ),
    "generation.tree.growing": (
        "They grow together, one token at a time; where they agree they form one branch.",
        "它们同步生长，每次一个词元；相同的部分合为一枝。",
    ),
    "generation.tree.stopped": (
        "Stopped before all samples were done; what there is stays.",
        "采样完成之前就停止了；已有的部分保留。",
    ),
    "generation.tree.temperature": ("Temperature", "温度"),
    "generation.tree.as_drawn": ("As sampled", "实际采样"),
    "generation.tree.drawn": (
        "Thickness: the share of the samples, at temperature {temperature}. Move the slider to see what to expect at "
        "another.",
        "粗细：在温度 {temperature} 下实际采到的比例。移动滑块，看看换一个温度会怎样。",
    ),
    "generation.tree.expected": (
        "Thickness: the probability of reaching each branch at temperature {temperature}, after all settings, computed "
        "from the same logits; where a single sample continues, that of its first token. Grey: what was not sampled.",
        "粗细：在温度 {temperature} 下走到每一枝的概率（应用全部设置后），由同一组 logits 算出；只剩一个样本时，为其第一个词元的概率。"
        "灰色：没有采到的可能。",
    ),
    "generation.tree.others": ("others: {share}", "其余：{share}"),
    "generation.tree.share": ("{count} of {draws} samples", "{draws} 个样本中的 {count} 个"),
    "generation.tree.greedy": (
        "Greedy: the most probable token each time",
        "贪心：每次取概率最高的词元",
    ),
    "generation.tree.greedy_says": (
        "Its path through the tree is underlined.",
        "它在树中的路径带下划线。",
    ),
    "generation.tree.beams": (
        "Beam search: five probable texts, the best score per token first",
        "束搜索：五段高概率的文字，按每个词元的平均得分从高到低排列",
    ),
    "generation.tree.beams_says": (
        "It looks ahead, so its text can be more probable as a whole than the greedy one, and is often duller. The "
        "repetition penalty counts in the score.",
        "它会往前多看几步，所以整段文字的概率可以高过贪心的结果，但往往更平淡。得分计入重复惩罚。",
    ),
    "generation.tree.whole": ("whole text: {probability}", "整段概率：{probability}"),
    "generation.tree.on_greedy": ("on the greedy path", "在贪心路径上"),
    "generation.tree.end": ("end of the text", "文字结束"),
    # Answers that branch off one another.
    "generation.branches.title": (
        "Attempts: choose one to reopen it",
        "试过的回答：点选即可重新打开",
    ),
    "generation.branches.first": ("{number}. The first answer", "{number}. 第一个回答"),
    "generation.branches.at": (
        "{number}. From {parent}, with “{token}” as token {place}",
        "{number}. 从 {parent} 分出，第 {place} 个词元改为“{token}”",
    ),
    "generation.branches.on": (
        "{number}. Continues from the end of {parent}",
        "{number}. 接着 {parent} 继续写",
    ),
    "generation.branches.figures": (
        "{tokens} tokens, perplexity {perplexity}",
        "{tokens} 个词元，困惑度 {perplexity}",
    ),
    "generation.branches.compare": ("Compare them", "比较"),
    "generation.branches.export": ("Save all as JSON", "全部存为 JSON"),
}
