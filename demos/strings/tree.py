"""Texts of the tree of many draws. Values in braces are filled in the browser."""

TEXTS: dict[str, tuple[str, str]] = {
    "tree.title": ("{draws} draws of the same prompt", "同一提示抽取 {draws} 次"),
    "tree.growing": (
        "They grow together, one token at a time; where they agree they are one branch.",
        "它们同时生长，每次一个词元；一致之处合为一枝。",
    ),
    "tree.stopped": (
        "Stopped before all was drawn; what there is stays.",
        "未抽完就停止了；已有的保留。",
    ),
    "tree.temperature": ("Temperature", "温度"),
    "tree.as_drawn": ("As drawn", "实际抽取"),
    "tree.drawn": (
        "Thickness: the share of the draws, at temperature {temperature}. Move the slider to see what to expect at another.",
        "粗细：在温度 {temperature} 下实际抽到的比例。移动滑块，看换一个温度会怎样。",
    ),
    "tree.expected": (
        "Thickness: the chance of coming to each branch at temperature {temperature}, after all settings, reckoned from the same logits; where one draw goes on alone, that of its first token. Grey: what was not drawn.",
        "粗细：在温度 {temperature} 下走到每一枝的概率（经过全部设置），由同一组 logits 算出；只剩一次抽取时，为其第一个词元的概率。灰色：未抽到的可能。",
    ),
    "tree.others": ("others: {share}", "其余：{share}"),
    "tree.share": ("{count} of {draws} draws", "{draws} 次中的 {count} 次"),
    "tree.greedy": ("Greedy: the likeliest token each time", "贪心：每次取最可能的词元"),
    "tree.greedy_says": (
        "Its path through the tree is underlined.",
        "它在树中的路径带下划线。",
    ),
    "tree.beams": (
        "Beam search: five likely texts, the best by score per token first",
        "束搜索：五段可能的文字，按平均每个词元的得分从高到低",
    ),
    "tree.beams_says": (
        "It looks ahead, so its text can be likelier as a whole than the greedy one, and is often duller. The repetition penalty counts in the score.",
        "它会向前看，所以整段文字可能比贪心结果更可能，但往往更平淡。得分计入重复惩罚。",
    ),
    "tree.whole": ("whole text: {chance}", "整段概率：{chance}"),
    "tree.on_greedy": ("on the greedy path", "在贪心路径上"),
    "tree.end": ("end of the text", "文字结束"),
}
