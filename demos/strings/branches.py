"""Texts of the answers that branch off one another."""

TEXTS: dict[str, tuple[str, str]] = {
    "branches.title": ("What was tried: choose one to reopen it", "试过的回答：选择一个重新打开"),
    "branches.first": ("{number}. The first answer", "{number}. 第一个回答"),
    "branches.at": (
        "{number}. From {parent}, with “{token}” as token {place}",
        "{number}. 从 {parent} 分出，第 {place} 个词元为“{token}”",
    ),
    "branches.on": ("{number}. Goes on where {parent} ended", "{number}. 接着 {parent} 继续写"),
    "branches.figures": (
        "{tokens} tokens, perplexity {perplexity}",
        "{tokens} 个词元，困惑度 {perplexity}",
    ),
    "branches.compare": ("Compare them", "比较"),
    "branches.export": ("Save all as JSON", "全部存为 JSON"),
}
