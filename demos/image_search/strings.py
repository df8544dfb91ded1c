"""Texts of the image search tab."""

TEXTS: dict[str, tuple[str, str]] = {
    "image_search.view.search": ("Search", "搜索"),
    "image_search.view.own": ("Your pictures", "你的图片"),
    "image_search.view.matrix": ("Captions × pictures", "描述 × 图片"),
    "image_search.view.map": ("Map", "地图"),
    # Search
    "image_search.query": ("What to look for", "要找什么"),
    "image_search.query.info": (
        "A description, in English or Chinese. Mix with + and -, weigh with 2: as in “bird + water - 2:boat”.",
        "中文或英文描述。可用 + 和 - 组合，用 2: 加权，例如“鸟 + 水 - 2:船”。",
    ),
    "image_search.query.placeholder": ("a musical instrument", "一只小鸟"),
    "image_search.search.run": ("Search", "搜索"),
    "image_search.search.empty": (
        "<b>Describe it, and see the picture. And why.</b> Type a few words or pick an example. You will see the "
        "pictures that are most like them, how sure that is, and which word and which part of the picture made it so.",
        "<b>描述它，就能看到图片，以及为什么。</b> 输入几个词或选一个例子，你会看到最相似的图片、把握有多大，以及是哪个词、图片的哪一部分起了作用。",
    ),
    "image_search.picture": (
        "Or a picture, alone or with the words",
        "也可以用图片，单独或与文字一起",
    ),
    "image_search.collection": ("Where to look", "在哪里找"),
    "image_search.gallery": ("The gallery", "图库"),
    "image_search.top": ("How many pictures", "显示几张"),
    "image_search.top.info": ("The most alike ones are shown.", "显示最相似的几张。"),
    "image_search.temperature": ("Temperature of the shares", "份额的温度"),
    "image_search.temperature.info": (
        "Softmax turns likeness into shares that sum to 100 %. Low: the best takes nearly all.",
        "Softmax 把相似度变成总和为 100 % 的份额。温度越低，最相似的一张所占越多。",
    ),
    "image_search.picture_weight": ("Weight of your picture", "图片的权重"),
    "image_search.picture_weight.info": (
        "Beside the words, each of which counts 1. Below zero: unlike this picture.",
        "与文字相比（每项为 1）。小于零：与这张图片不相似。",
    ),
    "image_search.sort": ("Order", "排序"),
    "image_search.sort.best": ("Most alike first", "最相似在前"),
    "image_search.sort.worst": ("Least alike", "最不相似"),
    "image_search.sort.name": ("By name", "按名称"),
    "image_search.matches": (
        "{good} of the {shown} pictures shown stand out from all {total:,}.",
        "显示的 {shown} 张图片中，有 {good} 张在全部 {total:,} 张中脱颖而出。",
    ),
    "image_search.no_match": (
        "Nothing here matches well: the best score, {best}, does not stand out; a match begins at {threshold}. The nearest ones "
        "are below.",
        "这里没有很匹配的图片：最高分 {best} 并不突出；匹配从 {threshold} 开始。下面是最接近的几张。",
    ),
    "image_search.where": ("Show where in the pictures", "显示在图片的何处"),
    "image_search.figures": ("cosine {cosine} · {share}", "余弦 {cosine} · {share}"),
    "image_search.spread": (
        "The scores of all {total:,} pictures. The middle is {middle}; from {threshold} on a score is a match.",
        "全部 {total:,} 张图片的分数。中位数为 {middle}；从 {threshold} 起算匹配。",
    ),
    "image_search.pictures": ("pictures searched", "张图片"),
    "image_search.pictures_per_second": ("pictures a second", "张/秒"),
    # Why
    "image_search.why": ("Why “{caption}”?", "为什么是“{caption}”？"),
    "image_search.why.map": (
        "Roughly where the likeness comes from: the darker, the more a place raises the score.",
        "相似度大致来自何处：颜色越深，该处对分数的提升越大。",
    ),
    "image_search.why.no_map": (
        "No place of this picture raises the score by itself.",
        "这张图片没有可显示的位置。",
    ),
    "image_search.why.words": ("Each word", "每个词"),
    "image_search.why.words.hint": (
        "How much of the score goes when the word is left out.",
        "去掉该词后分数减少多少。",
    ),
    "image_search.why.parts": ("Each term", "每一项"),
    "image_search.why.parts.hint": (
        "What it adds to the score; together they are the score.",
        "它为分数贡献多少；合起来就是分数。",
    ),
    "image_search.why.labels": ("What else it looks like", "它还像什么"),
    "image_search.why.labels.hint": (
        "The nearest of some 1,500 names, with their cosines.",
        "约 1,500 个名称中最接近的几个及其余弦。",
    ),
    "image_search.your_picture": ("your picture", "你的图片"),
    # Your pictures
    "image_search.name": ("Name of the collection", "图集名称"),
    "image_search.name.info": (
        "New, or one to add to. Only this browser can open it; it goes after a day unused.",
        "可新建，或添加到已有图集。只有这个浏览器能打开；一天未使用即删除。",
    ),
    "image_search.files": ("Pictures, or a ZIP of them", "图片，或图片的 ZIP"),
    "image_search.own.run": ("Add", "添加"),
    "image_search.own.empty": (
        "<b>Search your own photos</b> Drop pictures or a ZIP and give them a name. They are encoded here, kept small for a "
        "day, and can then be chosen under “Where to look”.",
        "<b>搜索你自己的照片</b> 放入图片或 ZIP 并命名。它们在本机编码，以小图保存一天，之后可在“在哪里找”中选择。",
    ),
    "image_search.export": ("Make a CSV", "生成 CSV"),
    "image_search.download": ("Download the CSV", "下载 CSV"),
    "image_search.remove": ("Delete this collection", "删除此图集"),
    "image_search.removed": ("Deleted: {name}.", "已删除：{name}。"),
    "image_search.have": ("Your collections", "你的图集"),
    "image_search.count": ("{count:,} pictures", "{count:,} 张图片"),
    "image_search.indexed": (
        "“{name}”: {encoded:,} new pictures encoded, {rate} a second; {unchanged:,} were there already.",
        "“{name}”：新编码 {encoded:,} 张图片，每秒 {rate} 张；{unchanged:,} 张已存在。",
    ),
    "image_search.skipped": ("Left out: {count:,}", "未收入：{count:,}"),
    "image_search.duplicates": ("The same, or nearly: {count:,}", "相同或几乎相同：{count:,}"),
    # Captions and pictures
    "image_search.captions": ("Captions, one a line", "描述，每行一条"),
    "image_search.captions.info": (
        "Or just names of things: then the template makes sentences of them.",
        "也可以只写名称，由模板变成句子。",
    ),
    "image_search.matrix.files": ("Pictures", "图片"),
    "image_search.template": ("Template", "模板"),
    "image_search.template.info": (
        "“a photo of a {}” is how CLIP's paper classifies with no training.",
        "“a photo of a {}”是 CLIP 论文中无需训练的分类方法。",
    ),
    "image_search.matrix.run": ("Compare", "对比"),
    "image_search.matrix.sample": ("Use a sample", "使用示例"),
    "image_search.matrix.empty": (
        "<b>Which caption for which picture?</b> Write some captions and add some pictures: every one is compared with every "
        "other, as in CLIP's paper. With names and the template this is a classifier that was never trained for them.",
        "<b>哪条描述配哪张图片？</b> 写几条描述，加几张图片：逐一比较，如 CLIP 论文所示。只写名称并使用模板，就是一个从未专门训练过的分类器。",
    ),
    "image_search.matrix.cosine": (
        "Cosine of each caption and picture",
        "每条描述与每张图片的余弦",
    ),
    "image_search.matrix.by_picture": (
        "Which caption does each picture choose? Each column sums to 100 %",
        "每张图片选择哪条描述？每列总和为 100 %",
    ),
    "image_search.matrix.by_caption": (
        "Which picture does each caption choose? Each row sums to 100 %",
        "每条描述选择哪张图片？每行总和为 100 %",
    ),
    # Map
    "image_search.map.words": ("Words to place on it", "要标出的词"),
    "image_search.map.words.info": (
        "With + between them. Each stands amid the pictures it is most like.",
        "用 + 分隔。每个词位于与它最相似的图片之间。",
    ),
    "image_search.map.run": ("Draw the map", "画地图"),
    "image_search.map.empty": (
        "<b>All pictures at once</b> Pictures that the model finds alike lie close together. Point at one to see it large.",
        "<b>一次看到所有图片</b> 模型认为相似的图片靠在一起。指向一张可放大查看。",
    ),
    "image_search.map.label": ("A map of {count:,} pictures.", "{count:,} 张图片的地图。"),
    "image_search.map.note": (
        "Two directions out of hundreds (principal components): they show {share} of how the pictures differ.",
        "数百个方向中的两个（主成分）：展示了图片差异的 {share}。",
    ),
    # Examples
    "image_search.example.music": ("musical instrument", "英文：乐器"),
    "image_search.example.chinese": ("红色的水果 (Chinese)", "红色的水果"),
    "image_search.example.scene": ("an animal that lives in the sea", "英文：海里的动物"),
    "image_search.example.terms": ("flower - red", "flower - red：减法"),
    "image_search.example.sum": ("bird + water", "bird + water：加法"),
    "image_search.example.none": ("Not here: inflation", "这里没有的：通货膨胀"),
    "image_search.example.map": ("Animals, fruit, vehicles…", "动物、水果、车辆……"),
    "image_search.explain": (
        "One network turns pictures into lists of numbers, another turns texts into lists of the same length, and both were "
        "trained so that a picture and its description come out **close together**. To search is to compare the query's "
        "list with every picture's: the *cosine* is 1 for the same direction and about 0 for unrelated ones.\n\n"
        "Since all are numbers, they can be added: `bird + water` is the sum, `flower - red` the difference of two lists. The "
        "*shares* are the cosines through a softmax over all pictures; they say which is best among these, not whether it "
        "is any good. For that, look at the spread: a match must **stand out** from the crowd (by 3 robust deviations), and "
        "score higher than anything here does for a text that says nothing, such as “a picture”.\n\n"
        "*Why* leaves out one word at a time, and follows the gradient of the score back into the picture. It shows what "
        "mattered to this model, which is not always what is there: the bundled model knows single things better than scenes, "
        "and cannot count or read.",
        "一个网络把图片变成一串数字，另一个把文字变成同样长的一串数字；训练让图片与它的描述**彼此靠近**。搜索就是把查询的数字与每张图片的比较："
        "*余弦*为 1 表示方向相同，约为 0 表示无关。\n\n"
        "既然都是数字，就可以相加：`bird + water` 是两串数字之和，`flower - red` 是差。*份额*是余弦经过对所有图片的 softmax 得到的；"
        "它说明谁最好，而不说明是否足够好。要判断后者，请看分布：匹配必须从众多图片中**脱颖而出**（高出 3 个稳健偏差），"
        "并且高于“图片”这类空泛文字在这里的最高分。\n\n"
        "“为什么”每次去掉一个词，并把分数的梯度追溯回图片。它显示对模型重要的东西，而那未必就是图中真有的：内置模型更懂单个物体而非场景，不会数数，也不认字。",
    ),
}
