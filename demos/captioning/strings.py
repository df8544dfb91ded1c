"""Texts of the captioning tab."""

ON_STAGE = (
    "hint", "map_note", "region_note", "alternatives", "pick", "probability", "candidate", "end_of_stage",
    "word_label", "given", "legend_low", "legend_high", "picture_alt",
)  # fmt: skip

TEXTS: dict[str, tuple[str, str]] = {
    "tab.captioning": ("Captioning", "看图说话"),
    "captioning.view.describe": ("Describe", "描述"),
    "captioning.view.many": ("Many at once", "批量描述"),
    "captioning.view.clip": ("Video", "视频"),
    "captioning.view.circle": ("Round trip", "传话游戏"),
    "captioning.view.pair": ("Side by side", "并排对比"),
    # Describe
    "captioning.picture": (
        "Picture: drop, paste, upload or take one",
        "图片：拖放、粘贴、上传或拍摄",
    ),
    "captioning.describe.run": ("Describe", "描述"),
    "captioning.describe.empty": (
        "<b>What is in the picture, and how sure is the model?</b> Add a picture or pick an example. Each word shows its probability; point at a word to see where the model looked, click it to choose another.",
        "<b>图片里有什么？模型有多大把握？</b> 上传一张图片，或选一个示例。每个词都标有概率；把鼠标移到词上，可以看到模型在看哪里；点击这个词，可以换成别的词。",
    ),
    "captioning.question": ("Ask about it (optional)", "提个问题（可选）"),
    "captioning.question.info": (
        "Answered by Qwen3-VL, which needs a GPU. A model that only describes completes “a drawing of …” instead, and says so.",
        "由 Qwen3-VL 回答，需要 GPU。只会描述的模型答不了问题，会改为补全“画的是……”，并给出提示。",
    ),
    "captioning.prefix": ("Begin with (optional)", "指定开头（可选）"),
    "captioning.prefix.info": (
        "The model continues from these words, for example “a photo of a”.",
        "模型会从这些词接着写，例如“照片里是”。",
    ),
    "captioning.own": ("Your own sentence (optional)", "你自己写的句子（可选）"),
    "captioning.own.info": (
        "It is ranked beside the model's captions: which one fits the picture best?",
        "它会和模型的描述放在一起排名：哪一句最符合图片？",
    ),
    "captioning.strategy": ("Decoding", "解码方式"),
    "captioning.strategy.greedy": ("Greedy", "贪心"),
    "captioning.strategy.beam": ("Beam search", "束搜索"),
    "captioning.strategy.sample": ("Sampling", "采样"),
    "captioning.length": ("Length", "长度"),
    "captioning.length.short": ("Short", "简短"),
    "captioning.length.detailed": ("Detailed, where the model can", "详细（需模型支持）"),
    "captioning.candidates": ("Candidates", "候选数量"),
    "captioning.candidates.info": ("Beams, or captions sampled.", "束的宽度，或采样的句数。"),
    "captioning.temperature": ("Temperature", "温度"),
    "captioning.temperature.info": (
        "For sampling: low is cautious, high is adventurous.",
        "用于采样：低则稳妥，高则多变。",
    ),
    "captioning.top_p": ("Top-p", "top-p（核采样）"),
    "captioning.top_p.info": (
        "For sampling: only the likeliest words that together reach this probability.",
        "用于采样：只保留累计概率达到此值的最可能的词。",
    ),
    "captioning.seed": ("Seed", "随机种子"),
    "captioning.seed.info": ("Empty: a new one each time.", "留空则每次随机。"),
    "captioning.caption_seconds": ("seconds for the caption", "秒生成描述"),
    # The stage
    "captioning.hint": (
        "Point at a word: the picture stays bright where the model looked for it. Click the word for what else it might have said. Point at a place in the picture for the words that look there.",
        "把鼠标移到一个词上：图片中模型所看的地方保持明亮。点击这个词，可以看到模型还可能说什么。把鼠标移到图片上，可以看到哪些词在看这里。",
    ),
    "captioning.map_note": (
        "“{word}”: {largest} of its map is in the brightest cell.",
        "“{word}”：最亮的一格占了其关注度的 {largest}。",
    ),
    "captioning.region_note": (
        "How much of its map each word has here: {words}.",
        "各个词在此处的关注度占比：{words}。",
    ),
    "captioning.alternatives": ("Instead of “{word}”", "“{word}”的其他候选"),
    "captioning.pick": ("Continue from “{word}”", "换成“{word}”，接着往下写"),
    "captioning.probability": (
        "Probability of the whole caption: {probability}",
        "整句概率：{probability}",
    ),
    "captioning.candidate": ("Caption {number}", "描述 {number}"),
    "captioning.end_of_stage": ("still writing", "正在生成"),
    "captioning.word_label": ("{word}, {probability}", "{word}，{probability}"),
    "captioning.given": ("chosen by you", "由你指定"),
    "captioning.legend_low": ("unlikely", "概率低"),
    "captioning.legend_high": ("likely", "概率高"),
    "captioning.picture_alt": ("The picture being described", "正在描述的图片"),
    "captioning.ends": ("(the end)", "（结束）"),
    # Which caption fits best
    "captioning.fit": ("Which sentence fits best?", "哪一句最符合图片？"),
    "captioning.fit.hint": (
        "Cosine similarity of picture and sentence, by {model}. The bundled captioner uses the bundled search encoder's image encoder: what fools one may fool the other.",
        "图片与句子的余弦相似度，由 {model} 计算。内置的描述模型和内置的搜索编码器共用一个图像编码器：一个看错，另一个也可能跟着看错。",
    ),
    "captioning.yours": ("(yours)", "（你写的）"),
    # Many
    "captioning.files": ("Pictures or a ZIP", "多张图片或一个 ZIP"),
    "captioning.many.run": ("Describe all", "全部描述"),
    "captioning.many.empty": (
        "<b>A folder of pictures, described in one go.</b> Choose files or a ZIP. You get a CSV, and a ZIP with a text file for each picture; whatever cannot be read is listed with the reason.",
        "<b>一次描述整个文件夹的图片。</b> 选择多个文件或一个 ZIP，得到一个 CSV，以及一个 ZIP，其中每张图片对应一个文本文件；无法读取的文件会列出原因。",
    ),
    "captioning.many.sample": ("Six pictures of the gallery", "图库中的六张图片"),
    "captioning.csv": ("Save as CSV", "下载 CSV"),
    "captioning.texts": ("Save texts (ZIP)", "下载文本（ZIP）"),
    "captioning.column.file": ("File", "文件"),
    "captioning.column.caption": ("Caption", "描述"),
    "captioning.column.probability": ("Probability", "概率"),
    "captioning.skipped": ("Left out: {count:,}", "已跳过：{count:,}"),
    "captioning.pictures": ("pictures described", "张图片已描述"),
    "captioning.pictures_per_second": ("pictures a second", "张/秒"),
    # Video
    "captioning.clip": ("A short video", "一段短视频"),
    "captioning.clip.limits": (
        "At most 120 seconds and 100 MB. A new scene begins at a large change of picture; at most 12 are described.",
        "最长 120 秒，最大 100 MB。画面变化大的地方算作新场景，最多描述 12 个。",
    ),
    "captioning.clip.sample": ("Three scenes", "三个场景"),
    "captioning.clip.run": ("Describe the video", "描述视频"),
    "captioning.clip.empty": (
        "<b>A video, scene by scene.</b> Where the picture changes, a new scene begins. Each scene is described, and the text model sums the captions up. The sound is not used.",
        "<b>逐个场景描述一段视频。</b> 画面变化处开始一个新场景；每个场景各写一句描述，再由文本模型总结。不使用声音。",
    ),
    "captioning.clip.summary": ("Summary", "总结"),
    "captioning.clip.guess": (
        "A guess by {model} from the captions alone: it saw no picture, and small models make things up.",
        "由 {model} 仅凭这些描述猜测：它没有看到画面，小模型还会编造内容。",
    ),
    "captioning.clip.in_english": (
        " {model} knows no Chinese, so the summary is in English.",
        "{model} 不懂中文，所以总结是英文的。",
    ),
    "captioning.scenes": ("scenes described", "个场景已描述"),
    "captioning.clip_seconds": ("seconds to read and describe", "秒读取并描述"),
    # Round trip
    "captioning.round_prompt": ("Prompt to begin with", "起始提示词"),
    "captioning.round_prompt.info": (
        "It is drawn, the drawing is described, the description is drawn, and so on.",
        "先按提示词画图，再描述这幅图，再按描述画图，如此往复。",
    ),
    "captioning.circle.run": ("Start", "开始"),
    "captioning.circle.empty": (
        "<b>A game of telephone between two models.</b> One draws, the other describes the drawing, again and again. A small table shows how far the meaning drifts from your prompt.",
        "<b>两个模型玩传话游戏。</b> 一个画图，一个描述，循环往复。最后用一张小表显示意思跑偏了多少。",
    ),
    "captioning.rounds": ("Rounds", "轮数"),
    "captioning.round": ("Round {number} of {rounds}", "第 {number} 轮，共 {rounds} 轮"),
    "captioning.round_start": ("Prompt", "提示词"),
    "captioning.round_picture": ("Picture {number}", "图 {number}"),
    "captioning.round_text": ("Caption {number}", "描述 {number}"),
    "captioning.for_the_painter": (
        "The painter knows only English; it was told: {prompt}",
        "绘图模型只懂英文，给它的描述是：{prompt}",
    ),
    "captioning.matrix": (
        "Cosine similarity of everything with everything; the first row is the drift from the prompt",
        "两两之间的余弦相似度；第一行显示与提示词的偏离",
    ),
    "captioning.drift": (
        "After {rounds} rounds the last caption has a cosine similarity of {cosine} to the prompt (1 is the same).",
        "{rounds} 轮之后，最后一句描述与提示词的余弦相似度为 {cosine}（1 表示完全一致）。",
    ),
    # Side by side
    "captioning.pair.run": ("Compare", "对比"),
    "captioning.pair.sample": ("An apple, by greedy and by beam search", "一个苹果：贪心与束搜索"),
    "captioning.pair.empty": (
        "<b>Two opinions on one picture.</b> Choose two models, or two ways of decoding, and see captions, probabilities, fit and cost side by side.",
        "<b>一张图片，两种说法。</b> 选两个模型或两种解码方式，并排对比描述、概率、图文相符程度和开销。",
    ),
    "captioning.cosine": ("Cosine similarity to the picture", "与图片的余弦相似度"),
    "captioning.parameters": ("Parameters", "参数量"),
    # Examples
    "captioning.example.elephant": ("An elephant, word by word", "大象，逐词查看"),
    "captioning.example.lion": ("A lion, beam search", "狮子，束搜索"),
    "captioning.example.car": ("A car, sampled", "汽车，采样"),
    "captioning.example.cello": ("A cello? And my sentence", "是大提琴吗？再加上我的句子"),
    "captioning.example.violin": ("The same, “a photo of a…”", "同一张图，以“a photo of a”开头"),
    "captioning.example.apple": ("An apple, and a mistake", "苹果，和一处错误"),
    "captioning.example.circle": ("A red apple, three rounds", "红苹果，传三轮"),
    "captioning.example.drift": ("A happy king, three rounds", "快乐的国王，传三轮"),
    "captioning.explain.words": (
        "A caption word by word with probabilities and alternatives, and for each word "
        "the places of the picture whose [[gradient]] raised it.\n\n"
        "That the model understood the picture: a fluent caption may come from what "
        "captions usually say. Maps of small words mean little.",
        "一个词一个词写出的描述，带概率和其他候选；以及对每个词，画面中[[gradient|"
        "梯度]]使其概率上升的地方。\n\n"
        "模型理解了图片：流畅的描述可能只是描述通常的写法。虚词的热力图意义不大。",
    ),
    "captioning.explain.many": (
        "A caption for each of many pictures, with the probability of the whole sentence.\n\n"
        "Which captions are right: a long sentence has a small probability by its length "
        "alone, so compare those of one length.",
        "为许多图片各写一句描述，并给出整句的概率。\n\n"
        "哪些描述是对的：句子越长概率自然越小，请比较长度相近的。",
    ),
    "captioning.explain.video": (
        "The video is cut where its picture changes suddenly; a caption for one picture "
        "of each scene, and a summary by the text model.\n\n"
        "What moves: each scene is one still. The summary has read captions, not the "
        "video, and fills gaps with what is usual.",
        "在画面突变处把视频切成场景；每个场景取一张图写描述，再由文本模型总结。\n\n"
        "动作：每个场景只是一张静止图。总结读的是描述而不是视频，会用常见的情节填补空缺。",
    ),
    "captioning.explain.circle": (
        "A text drawn, the drawing described, the description drawn again; "
        "[[cosine|cosines]] say how far it has come from where it began.\n\n"
        "Which of the two lost what is gone: drawing and describing err together here.",
        "把文字画成图，把图描述成文字，再画一次；[[cosine|余弦]]说明离起点有多远。\n\n"
        "丢失的内容是谁丢的：画图和描述的错误在这里混在一起。",
    ),
    "captioning.explain.pair": (
        "Two ways of writing, or two models, on one picture: the likeliest word each "
        "time, or with [[beam|beam search]] the likeliest sentence of those it has "
        "looked at.\n\n"
        "That likelier is better: the likeliest sentences are often short and say little.",
        "两种写法或两个模型描述同一张图：每次取最可能的词，或用[[beam|束搜索]]在看过"
        "的句子里取整句最可能的。\n\n"
        "概率更高就更好：最可能的句子常常短而空泛。",
    ),
    "captioning.explain": (
        "A caption model writes one word after another. At each place it has a **probability** for every word it knows; the colour of a word is that number, the stronger the higher. A low number means that other words were nearly as good: click the word to see the five likeliest, and pick one to see how the sentence continues.\n\n**Where it looked** is an [[attribution]] map over the picture's cells with sum 1. For the bundled model and Qwen3-VL it is [[gradient]]-based: how much each place raised that word's probability. For BLIP it is the decoder's cross-attention, which shows what was read, not what decided. The run card says which. Small words such as “of” depend on no place: their maps mean little. What lies outside the map was cropped before the model saw it.\n\n*Greedy* takes the likeliest word each time, *[[beam|beam search]]* keeps several sentences and takes the likeliest as a whole, *sampling* draws at random. **Fit** is the search encoder's [[cosine]] similarity: a high probability and a poor fit mean a fluent mistake.",
        "描述模型一个词一个词地写。在每个位置，词表里的每个词都有一个**概率**；词的颜色就表示这个概率，颜色越强，概率越高。概率低，说明别的词也差不多合适：点击这个词，可以看到最可能的五个词；选一个，看看句子会怎样接下去。\n\n**模型看向哪里**是一张覆盖图片各格、总和为 1 的[[attribution|归因]]图。内置模型和 Qwen3-VL 用的是[[gradient|梯度]]：图片的每一处把该词的概率提高了多少。BLIP 用的是解码器的交叉注意力，它显示模型读取了哪里，却不一定是决定因素。运行信息会注明所用的方法。“of”这样的虚词不取决于任何位置，它们的归因图意义不大。归因图以外的部分，在模型看到之前已被裁掉。\n\n*贪心*每次取概率最高的词；[[beam|束搜索]]同时保留多个句子，取整句概率最高的；*采样*按概率随机抽取。**图文相符程度**是搜索编码器给出的[[cosine|余弦相似度]]：概率高而相似度低，就是说得流利却说错了。",
    ),
}
