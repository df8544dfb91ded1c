"""One sentence for each term with a dotted underline in the explanations."""

TEXTS: dict[str, tuple[str, str]] = {
    "term.token": (
        "A piece of text that the model reads as one: a word, a part of one, or a sign.",
        "模型作为一个单位读入的文字片段：一个词、词的一部分或一个符号。",
    ),
    "term.head": (
        "One of several attentions side by side in a layer, each with weights of its own.",
        "一层中并列的多个注意力之一，各有自己的参数。",
    ),
    "term.layer": (
        "One stage of the network: it takes a vector for each token and gives a new one.",
        "网络的一级：读入每个词元的向量，输出新的向量。",
    ),
    "term.softmax": (
        "Turns scores into positive shares that sum to 1; a higher score takes a larger share.",
        "把分数变成总和为 1 的正数份额；分数越高，份额越大。",
    ),
    "term.logit": (
        "A score before softmax; only differences between logits count.",
        "softmax 之前的分数；只有它们之间的差有意义。",
    ),
    "term.embedding": (
        "A list of numbers that stands for a text or a picture, so that alike things lie close.",
        "代表一段文字或一张图片的一串数字，相似的东西彼此靠近。",
    ),
    "term.cosine": (
        "How far two vectors point the same way: 1 for the same direction, 0 for a right angle.",
        "两个向量方向的一致程度：同向为 1，垂直为 0。",
    ),
    "term.residual": (
        "What a layer adds to: each token's vector is passed on, and the layer's result added.",
        "每层都在它上面相加：词元的向量直接传下去，再加上这一层的结果。",
    ),
    "term.mask": (
        "Positions that may not be looked at; their scores are set to minus infinity.",
        "不允许看的位置；其分数设为负无穷。",
    ),
    "term.perplexity": (
        "Of how many equally likely tokens the model seems to choose, on average.",
        "平均而言，模型好像在多少个同样可能的词元之间选择。",
    ),
    "term.temperature": (
        "A number that logits are divided by: below 1 the likely gets likelier, above 1 less so.",
        "用来除 logit 的数：小于 1 时概率更集中，大于 1 时更平坦。",
    ),
    "term.sampling": (
        "Drawing the next token at random, each as often as its probability says.",
        "按概率随机抽取下一个词元。",
    ),
    "term.expert": (
        "A small part trained for one task on top of a network that several tasks share.",
        "在多个任务共用的网络上，为一项任务训练的小部分。",
    ),
    "term.router": (
        "What decides which expert answers.",
        "决定由哪个专家来回答的部分。",
    ),
    "term.attribution": (
        "A number for each part of the input that says how much it moved the answer.",
        "给输入的每一部分一个数，表示它对结果的影响有多大。",
    ),
    "term.calibration": (
        "Whether what a model is 80 % sure of is right 80 % of the time.",
        "模型有 80% 把握的判断，是否真的有 80% 是对的。",
    ),
    "term.cross_validation": (
        "Each part of the examples is judged by a head that learnt from the other parts.",
        "每一部分例子都由只学过其余部分的分类头来评判。",
    ),
    "term.entailment": (
        "That a sentence follows from a text.",
        "一个句子可由一段文字推出。",
    ),
    "term.pca": (
        "Principal components: the directions in which points differ most.",
        "主成分：点与点差别最大的方向。",
    ),
    "term.noise": (
        "Random numbers from a normal distribution, fixed by the seed.",
        "服从正态分布的随机数，由种子决定。",
    ),
    "term.guidance": (
        "How far to go from the prediction without the prompt to that with it, and beyond.",
        "从无提示词的预测走向有提示词的预测，再往前走多远。",
    ),
    "term.latent": (
        "The small array in which a picture is drawn, before a decoder makes pixels of it.",
        "先在其中画图的小数组，再由解码器变成像素。",
    ),
    "term.beam": (
        "Keeping the few likeliest beginnings at each step in place of one.",
        "每一步保留几个最可能的开头，而不是一个。",
    ),
    "term.gradient": (
        "How the output would change if one input changed a little.",
        "某个输入稍微改变时，输出会怎样变化。",
    ),
}
