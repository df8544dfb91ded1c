"""Texts that all tabs share."""

TEXTS: dict[str, tuple[str, str]] = {
    "page.tagline": (
        "See how language and picture models work",
        "看见语言模型与图像模型如何工作",
    ),
    "page.footer": (
        "Everything runs on the machine that serves this page. Small models make mistakes: "
        "check what they say.",
        "一切都在提供本页面的机器上运行。小模型会犯错：请核实它们的话。",
    ),
    "common.stop": ("Stop", "停止"),
    "common.examples": ("Try one", "试一试"),
    "common.settings": ("Settings", "设置"),
    "common.copy_link": ("Copy link", "复制链接"),
    "common.saved.mark": ("Saved result", "保存的结果"),
    "common.saved.run": ("Run it live", "现场运行"),
    "common.saved.not_here": (
        "This is a saved result. Run it live to go on from here.",
        "这是保存的结果。点“现场运行”即可继续。",
    ),
    "common.show_all": ("Show all of it", "全部显示"),
    "common.stale": (
        "You have changed the form since: this result belongs to what it held before. Run it again.",
        "表单已有改动：这个结果属于改动之前的内容。请重新运行。",
    ),
    "common.kept": ("As it was", "之前的结果"),
    "common.again": ("Run it again", "重新运行"),
    "common.was": ("The result as you left it.", "这是你离开时的结果。"),
    "common.lost": (
        "The connection was lost for a moment and the page was opened anew: this is what was there.",
        "连接中断了片刻，页面已重新打开：这是中断时的内容。",
    ),
    "common.not_here": (
        "This is kept from before. Run it again to go on from here.",
        "这是之前保留的结果。点“重新运行”即可继续。",
    ),
    "common.link": ("Link to this", "本页链接"),
    "common.link_info": (
        "Opens this tab with these settings and runs its last question.",
        "打开后会恢复这些设置，并运行最后一个问题。",
    ),
    "common.explain": ("What am I seeing?", "这是什么？"),
    "common.error": ("That did not work", "没有成功"),
    "common.seconds": ("{seconds} s", "{seconds} 秒"),
    "common.ignored": (
        "The link has values that this tab cannot use; they were left out: {names}.",
        "链接中有本页无法使用的值，已忽略：{names}。",
    ),
    "common.model": ("Model", "模型"),
    "common.model.auto": ("Automatic", "自动选择"),
    "common.model.info": (
        "Automatic takes the GPU's model if there is a GPU, else the largest one already on this disk.",
        "自动选择：有 GPU 时使用 GPU 模型，否则使用本机已有的最大模型。",
    ),
    "common.second": ("Second model", "第二个模型"),
    "common.second.info": (
        "For “Two models”: answers the same prompt after the first.",
        "用于“两个模型”：在第一个之后回答同一提示。",
    ),
    "common.link_too_long": (
        "Too long for a link: {count:,} characters, where browsers take {limit:,}.",
        "链接过长：{count:,} 个字符，而浏览器只接受 {limit:,} 个。",
    ),
    "card.title": ("What ran", "运行信息"),
    "card.model": ("Model", "模型"),
    "card.parameters": ("Parameters", "参数量"),
    "card.licence": ("Licence", "许可证"),
    "card.tier": ("Tier", "模型级别"),
    "card.device": ("Device", "设备"),
    "card.seconds": ("Time", "用时"),
    "card.waited": ("Waited for other runs", "等待其他运行"),
    "card.beside": ("Other runs served beside it", "同时服务的其他运行"),
    "card.seed": ("Seed", "随机种子"),
    "card.why": ("{device}, {dtype}: {reason}", "{device}，{dtype}：{reason}"),
    "card.fell": ("A smaller model answered", "已改用较小的模型"),
    "tier.gpu": ("GPU model", "GPU 模型"),
    "tier.cpu": ("CPU model", "CPU 模型"),
    "tier.bundled": ("Bundled, no network needed", "内置模型，无需网络"),
}
