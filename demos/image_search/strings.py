"""Texts of the image search tab."""

TEXTS: dict[str, tuple[str, str]] = {
    "tab.image_search": ("Image search", "以文搜图"),
    "image_search.view.search": ("Search", "搜索"),
    "image_search.view.own": ("Your pictures", "你的图片"),
    "image_search.view.matrix": ("Captions × pictures", "描述 × 图片"),
    "image_search.view.map": ("Map", "地图"),
    # Search
    "image_search.query": ("What to look for", "要找什么"),
    "image_search.query.info": (
        'A description in English or Chinese. Combine with + and -, weight with 2: as in “bird + water - 2:boat”. Quotes, or a backslash before the sign, make it text: "2:boat".',
        '可用中文或英文描述。用 + 和 - 组合，用“2:”加权，例如“鸟 + 水 - 2:船”。加引号，或在符号前加反斜杠，则当作文字："2:船"。',
    ),
    "image_search.query.placeholder": ("a yellow bird", "一只小鸟"),
    "image_search.search.run": ("Search", "搜索"),
    "image_search.search.empty": (
        "<b>Describe a picture, find it, and see why.</b> Type a few words or pick an example. You will see the "
        "most similar pictures, how good each match is, and which word and which part of the picture made it so.",
        "<b>用文字找图，还能看到原因。</b> 输入几个词或选一个例子，你会看到最相似的图片、匹配得有多好，以及起作用的是哪个词、图片的哪个部分。",
    ),
    "image_search.picture": (
        "Or a picture, alone or with the words",
        "也可以用图片：单独搜索，或与文字一起",
    ),
    "image_search.collection": ("Where to look", "搜索范围"),
    "image_search.gallery": ("The gallery", "图库"),
    "image_search.top": ("How many pictures", "显示数量"),
    "image_search.top.info": ("The most similar ones are shown.", "显示最相似的几张。"),
    "image_search.temperature": ("Softmax temperature", "Softmax 温度"),
    "image_search.temperature.info": (
        "Softmax turns cosine similarities into shares that sum to 100 %. At a low temperature the best takes nearly all.",
        "Softmax 把余弦相似度转换为总和为 100 % 的份额。温度越低，最相似的一张占得越多。",
    ),
    "image_search.picture_weight": ("Weight of your picture", "图片的权重"),
    "image_search.picture_weight.info": (
        "Next to the terms, each of which has weight 1. Below zero: pictures unlike this one.",
        "文字的每一项权重为 1。小于零表示要找与这张图片不像的图。",
    ),
    "image_search.sort": ("Order", "排序"),
    "image_search.sort.best": ("Most similar first", "最相似的在前"),
    "image_search.sort.worst": ("Least similar first", "最不相似的在前"),
    "image_search.sort.name": ("By name", "按名称"),
    "image_search.matches": (
        "Matches: {good} of the {shown} pictures shown, out of {total:,} searched.",
        "显示的 {shown} 张图片中有 {good} 张匹配（共搜索 {total:,} 张）。",
    ),
    "image_search.no_match": (
        "Nothing here matches well: the best score, {best}, is below the match threshold of {threshold}. The most similar "
        "pictures are below.",
        "这里没有很匹配的图片：最高分 {best} 没有达到匹配阈值 {threshold}。下面是最接近的几张。",
    ),
    "image_search.where": ("Show where in the pictures", "标出匹配位置"),
    "image_search.figures": ("cosine {cosine} · {share}", "余弦 {cosine} · {share}"),
    "image_search.spread": (
        "The scores of all {total:,} pictures. The median is {middle}; scores from {threshold} up are matches.",
        "全部 {total:,} 张图片的分数。中位数为 {middle}；达到 {threshold} 即为匹配。",
    ),
    "image_search.pictures": ("pictures searched", "张图片"),
    "image_search.pictures_per_second": ("pictures a second", "张/秒"),
    # Why
    "image_search.why": ("Why “{caption}”?", "为什么是“{caption}”？"),
    "image_search.why.map": (
        "Roughly where the similarity comes from: the darker a place, the more it raises the score.",
        "相似度大致来自哪里：颜色越深的地方，对分数的贡献越大。",
    ),
    "image_search.why.no_map": (
        "No place of this picture raises the score by itself.",
        "这张图片没有哪一处单独提高了分数。",
    ),
    "image_search.why.words": ("Each word", "每个词"),
    "image_search.why.words.hint": (
        "By how much the score falls without the word.",
        "去掉这个词后，分数下降多少。",
    ),
    "image_search.why.parts": ("Each term", "查询的每一项"),
    "image_search.why.parts.hint": (
        "What it adds to the score; the sum of all terms is the score.",
        "每一项对分数的贡献；加起来就是总分。",
    ),
    "image_search.why.labels": ("What else it looks like", "它还像什么"),
    "image_search.why.labels.hint": (
        "The nearest of some 1,500 names, with their cosines.",
        "有中文名的几百个名称中最接近的几个，以及余弦相似度。",
    ),
    "image_search.your_picture": ("your picture", "你的图片"),
    # Your pictures
    "image_search.name": ("Name of the collection", "图集名称"),
    "image_search.name.info": (
        "A new one, or one to add to. Only this browser can open it; it is deleted after a day unused.",
        "可以新建，也可以添加到已有的图集。只有这个浏览器能打开；一天不用即自动删除。",
    ),
    "image_search.files": ("Pictures, or a ZIP of them", "图片，或图片的 ZIP"),
    "image_search.own.run": ("Add", "添加"),
    "image_search.own.empty": (
        "<b>Search your own photos</b> Drop pictures or a ZIP and name the collection. They are encoded on this server and "
        "stored small; then choose the collection under “Where to look”.",
        "<b>搜索你自己的照片</b> 放入图片或 ZIP，给图集起个名字。图片在服务器上编码并以小图保存，之后可在“搜索范围”中选择。",
    ),
    "image_search.export": ("Make a CSV", "生成 CSV"),
    "image_search.download": ("Download the CSV", "下载 CSV"),
    "image_search.remove": ("Delete this collection", "删除此图集"),
    "image_search.removed": ("Deleted: {name}.", "已删除：{name}。"),
    "image_search.have": ("Your collections", "你的图集"),
    "image_search.count": ("{count:,} pictures", "{count:,} 张图片"),
    "image_search.indexed": (
        "“{name}”: {encoded:,} new pictures encoded, {rate} a second; {unchanged:,} were known already.",
        "“{name}”：新编码 {encoded:,} 张图片，每秒 {rate} 张；{unchanged:,} 张已存在。",
    ),
    "image_search.skipped": ("Skipped: {count:,}", "已跳过：{count:,}"),
    "image_search.replaced": (
        "Replaced by another picture of the same name: {count:,}",
        "被同名的另一张图片替换：{count:,}",
    ),
    "image_search.duplicates": (
        "Duplicates and near duplicates: {count:,}",
        "重复或近似重复：{count:,} 组",
    ),
    # Captions and pictures
    "image_search.captions": ("Captions, one a line", "描述，每行一条"),
    "image_search.captions.info": (
        "Or just names of things: the template makes sentences of them.",
        "也可以只写物体名称，由模板补成句子。",
    ),
    "image_search.matrix.files": ("Pictures", "图片"),
    "image_search.template": ("Template", "模板"),
    "image_search.template.info": (
        "“a photo of a {}” is how CLIP's paper classifies without training.",
        "CLIP 论文用“a photo of a {}”做零样本分类，无需训练。",
    ),
    "image_search.matrix.run": ("Compare", "对比"),
    "image_search.matrix.sample": ("Five things, six captions", "五样东西，六条描述"),
    "image_search.matrix.empty": (
        "<b>Which caption for which picture?</b> Write some captions and add some pictures: each caption is compared with each "
        "picture, as in CLIP's paper. With names and the template this is a zero-shot classifier.",
        "<b>哪条描述配哪张图片？</b> 写几条描述，加几张图片：每条描述都与每张图片比较，做法与 CLIP 论文相同。只写名称并使用模板，就是一个零样本分类器。",
    ),
    "image_search.matrix.cosine": (
        "Cosine similarity of each caption and picture",
        "每条描述与每张图片的余弦相似度",
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
    "image_search.map.words": ("Words to place on it", "要在图上标出的词"),
    "image_search.map.words.info": (
        "With commas or + between them. Each is placed amid the pictures that it is most similar to.",
        "用逗号、顿号或 + 分隔。每个词放在与它最相似的几张图片中间。",
    ),
    "image_search.map.run": ("Draw the map", "绘制地图"),
    "image_search.map.empty": (
        "<b>All pictures at once</b> Pictures that the model finds similar are close together. Point at one to see it large.",
        "<b>所有图片一览</b> 模型认为相似的图片靠在一起。把鼠标移到一张图上即可放大。",
    ),
    "image_search.map.label": ("A map of {count:,} pictures.", "{count:,} 张图片的地图。"),
    "image_search.map.note": (
        "Two dimensions out of hundreds, the first two principal components: they explain {share} of the variance.",
        "从数百个维度中取前两个主成分：它们解释了 {share} 的方差。",
    ),
    # Examples
    "image_search.gallery.about": (
        "The gallery has {count:,} drawings. Press one to find those like it.",
        "图库有 {count:,} 张图画。点一张，查找与它相似的。",
    ),
    "image_search.example.chinese": ("红色的水果 (Chinese)", "红色的水果"),
    "image_search.example.scene": ("hat", "英文：帽子"),
    "image_search.example.terms": ("flower - red", "flower - red：减法"),
    "image_search.example.sum": ("car + red", "car + red：加法"),
    "image_search.example.none": ("Not here: inflation", "图库里没有的：通货膨胀"),
    "image_search.example.map": ("Animals, fruit, vehicles…", "动物、水果、车辆……"),
    "image_search.explain.search": (
        "The pictures whose [[embedding|vectors]] point most nearly where the query's "
        "does, from which [[cosine]] on they match, and what each word and each "
        "place added.\n\n"
        "What is in a picture. The vectors keep what captions tell apart: not numbers, "
        "not who does what to whom, little of what is small.",
        "[[embedding|向量]]方向与查询最接近的图片、从多大的[[cosine|余"
        "弦]]起算作匹配，以及每个词、每处画面起了多少作用。\n\n"
        "图里到底有什么。向量只保留描述能区分的东西：数目、谁对谁做了什么、细小的东西，都不太"
        "保留。",
    ),
    "image_search.explain.own": (
        "Your pictures as [[embedding|vectors]], made once and searched exactly; which "
        "files were left out and why, and which are nearly the same.\n\n"
        "That two pictures are the same when their vectors are: near duplicates share "
        "what the model knows of, not every pixel.",
        "你的图片变成[[embedding|向量]]，只算一次，搜索是精确的；哪些文件没有收"
        "录及原因，哪些几乎相同。\n\n"
        "向量相同，图片就相同：近似重复的图片相同的是模型认得的内容，不是每个像素。",
    ),
    "image_search.explain.matrix": (
        "Every caption against every picture. In training the matching pairs, on the "
        "diagonal, are made larger than all others of their row and column; a "
        "[[softmax]] over captions is classification without training.\n\n"
        "How sure to be: a softmax shares 1 among the captions that are there. Add one "
        "that fits better, and all others fall.",
        "每条描述对每张图片。训练时，对角线上相配的一对要比同行同列的其他都大；对描述做 [["
        "softmax]] 就是无需训练的分类。\n\n"
        "该有多确信：softmax 只是把 1 分给现有的描述。加一条更合适的，其余都会下降"
        "。",
    ),
    "image_search.explain.map": (
        "All pictures in the plane in which their [[embedding|vectors]] differ most "
        "([[pca|PCA]]); a word stands amid the pictures that it is most similar to.\n\n"
        "Distances: two numbers of hundreds are left, so neighbours here need not be "
        "neighbours there. Words are moved: texts and pictures lie apart in this space.",
        "把所有图片放到[[embedding|向量]]差别最大的平面上（[[pca|主成分分"
        "析]]）；词放在与它最相似的图片之间。\n\n"
        "真实的距离：几百个数只剩两个，这里的邻居在原空间里未必是邻居。词的位置是挪过的：在这"
        "个空间里，文字和图片是分开的。",
    ),
    "image_search.explain": (
        "One network turns pictures into [[embedding|vectors]], another turns texts into vectors of the same length, and both were "
        "trained so that a picture and its description are **close together**. To search is to compare the query's "
        "vector with that of every picture: the *[[cosine|cosine similarity]]* is 1 for the same direction and about 0 for unrelated ones.\n\n"
        "Vectors can be added: `bird + water` is the sum, `flower - red` the difference of two. The "
        "*shares* are a [[softmax]] of the cosines over all pictures; they say which is best among these, not whether it "
        "is any good. For that, look at the histogram: a match must reach a **threshold**. The bundled model has one for texts, "
        "found by measuring, which rises with the number of pictures. For any other query or model, a match must stand out "
        "from pictures that have nothing to do with the query.\n\n"
        "*Why* leaves out one word at a time, and follows the [[gradient]] of the score back into the picture. It shows what "
        "mattered to this model, which is not always what is there; where nothing speaks for the query, what speaks least "
        "against it. The bundled model knows single things better than scenes, "
        "and cannot count or read.",
        "一个网络把图片变成[[embedding|向量]]，另一个把文字变成同样长的向量；训练让图片与它的描述**彼此靠近**。搜索就是拿查询的向量与每张图片的向量比较："
        "[[cosine|余弦相似度]]为 1 表示方向相同，接近 0 表示无关。\n\n"
        "向量可以相加减：`bird + water` 是两个向量之和，`flower - red` 是两者之差。*份额*是对所有图片的余弦做 [[softmax]] 的结果；"
        "它只说明其中哪张最好，不说明是否足够好。要判断这一点，请看分数的直方图：匹配的图片必须达到**阈值**。"
        "内置模型对文字查询有实测得出的阈值，图片越多，阈值越高；对其他查询或模型，匹配图片的分数必须明显高于与查询无关的图片。\n\n"
        "“为什么”每次去掉一个词，并沿着分数的[[gradient|梯度]]回到图片上。它显示的是模型看重什么，不一定是图里真有什么；若没有任何部分支持查询，就显示最不违背查询的部分。"
        "内置模型认得单个物体，不太懂场景，不会数数，也不认字。",
    ),
}
