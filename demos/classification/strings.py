"""Texts of the text classification tab."""

TEXTS: dict[str, tuple[str, str]] = {
    "tab.classification": ("Classification", "文本分类"),
    "classification.view.classify": ("Classify", "分类"),
    "classification.view.zero_shot": ("Your own labels", "自定标签"),
    "classification.view.teach": ("Teach it", "教它分类"),
    "classification.view.compare": ("Compare", "对比"),
    "classification.view.probe": ("Bias probe", "偏见检测"),
    "classification.view.table": ("Many at once", "批量处理"),
    "classification.view.masked": ("Masked word", "填词与接句"),
    "classification.view.picture": ("With a picture", "结合图片"),
    "classification.text": ("Your text", "你的文字"),
    "classification.text.placeholder": (
        "Type a sentence, in English or Chinese",
        "输入一句话，中文或英文",
    ),
    "classification.scores": ("Probabilities", "概率"),
    # Classify
    "classification.classify.run": ("Classify", "分类"),
    "classification.classify.empty": (
        "<b>Not just a label: why, and how sure</b> Type a sentence or pick an example. You will see each label's "
        "probability and the words behind it; click a word to drop it.",
        "<b>不只给出标签，还说明原因和置信度</b> 输入一句话或选一个例子，查看各标签的概率，以及哪些词起了作用；点击某个词即可去掉它。",
    ),
    "classification.expert": ("Expert", "专家模型"),
    "classification.expert.info": (
        "A classifier trained for one kind of text. Automatic picks the one whose typical texts are most similar to yours.",
        "针对某类文本训练的分类器。选择“自动”时，会挑选典型文本与你的文字最相似的专家模型。",
    ),
    "classification.expert.auto": ("Automatic: the router picks", "自动：由路由模块选择"),
    "classification.expert.sentiment-expert": ("Sentiment", "情感倾向"),
    "classification.expert.emotion-expert": ("Emotion", "情绪"),
    "classification.expert.distilbert-sst2": ("Film reviews", "影评"),
    "classification.expert.distilroberta-finance": ("Financial news", "财经新闻"),
    "classification.label.positive": ("positive", "积极"),
    "classification.label.negative": ("negative", "消极"),
    "classification.label.neutral": ("neutral", "中性"),
    "classification.label.ambiguous": ("ambiguous", "不明确"),
    "classification.label.anger": ("anger", "愤怒"),
    "classification.label.disgust": ("disgust", "厌恶"),
    "classification.label.fear": ("fear", "恐惧"),
    "classification.label.joy": ("joy", "喜悦"),
    "classification.label.sadness": ("sadness", "悲伤"),
    "classification.label.surprise": ("surprise", "惊讶"),
    "classification.route": ("The router chose: {expert}.", "路由模块选择了：{expert}。"),
    "classification.route.better": (
        "{expert} would suit better, but its weights are not on this disk.",
        "{expert} 更合适，但本机没有其权重。",
    ),
    "classification.route.shares": (
        "How well each suits: {shares}",
        "各专家模型的匹配程度：{shares}",
    ),
    # Why
    "classification.why.title": ("Why {label}?", "为什么是“{label}”？"),
    "classification.why.hint": (
        "Click a word to drop it and watch the bars move.",
        "点击一个词即可去掉它，看概率条如何变化。",
    ),
    "classification.why.word": (
        "{word}: {gradients} by integrated gradients, {dropped} by leave-one-out",
        "{word}：积分梯度 {gradients}，留一法 {dropped}",
    ),
    "classification.why.for": ("supports it", "支持"),
    "classification.why.against": ("counts against it", "反对"),
    "classification.why.rows": (
        "upper bar: integrated gradients; lower bar: leave-one-out",
        "上：积分梯度；下：留一法",
    ),
    "classification.why.without": ("Without the dropped words:", "去掉所选的词之后："),
    "classification.why.nothing_left": (
        "With every word dropped nothing is left to classify. Click a word to put it back.",
        "所有词都已去掉，没有内容可以分类。点击任意一个词即可恢复。",
    ),
    "classification.why.agreement": (
        "rank correlation of the two methods (1: the same order)",
        "两种方法的秩相关系数（1 表示排序相同）",
    ),
    "classification.why.fall_gradients": (
        "points without the top {count} words by gradients",
        "个百分点：去掉积分梯度得分最高的 {count} 个词",
    ),
    "classification.why.fall_dropped": (
        "points without the top {count} words by leave-one-out",
        "个百分点：去掉留一法得分最高的 {count} 个词",
    ),
    "classification.why.fall_random": (
        "points without {count} words at random",
        "个百分点：随机去掉 {count} 个词",
    ),
    "classification.why.complete": (
        "of the difference from an empty text is explained",
        "与空文本的差值得到了解释",
    ),
    # Your own labels
    "classification.zero_shot.run": ("Classify", "分类"),
    "classification.zero_shot.empty": (
        "<b>Any labels you like, with no training</b> Give a text and a few labels. The model says how well each fits, "
        "and how much that depends on the wording of the question.",
        "<b>任意标签，无需训练</b> 输入一段文字和几个标签，模型会给出每个标签的匹配程度，并显示提问的措辞对结果有多大影响。",
    ),
    "classification.labels": ("Labels", "标签"),
    "classification.labels.info": (
        "With commas between them, 2 to 50.",
        "用逗号、顿号或分号分隔，2 到 50 个。",
    ),
    "classification.labels.placeholder": (
        "economy, sports, health",
        "例如 economy, sports, health",
    ),
    "classification.template": ("Template", "模板"),
    "classification.template.info": (
        "The sentence that the model judges; {} is where the label goes.",
        "模型判断的句子；{} 是标签的位置。",
    ),
    "classification.how_many": ("How many labels can be right?", "可以有几个正确标签？"),
    "classification.how_many.one": ("One: they compete", "一个：互相竞争"),
    "classification.how_many.several": ("Several: each on its own", "多个：分别判断"),
    "classification.zero_shot.model.info": (
        "Automatic takes an entailment model if one is on this disk, else SmolLM2's likelihood.",
        "自动：本机有蕴含模型时使用蕴含模型，否则使用 SmolLM2 的似然。",
    ),
    "classification.wordings": ("The same question in other words", "换一种问法"),
    "classification.wordings.agree": (
        "All {count} wordings give the same label ({labels} in all).",
        "{count} 种问法都给出同一个标签（共 {labels} 个）。",
    ),
    "classification.wordings.differ": (
        "{count} wordings give {labels} different labels: the wording matters here.",
        "{count} 种问法给出了 {labels} 个不同的标签：这里措辞的影响很大。",
    ),
    # Teach it
    "classification.teach.run": ("Teach", "开始训练"),
    "classification.teach.empty": (
        "<b>A few examples are enough</b> Give each label two examples or more. A small head trains in a moment; you "
        "see how well it does on examples it has not seen.",
        "<b>几个例子就够了</b> 每个标签至少给两个例子。小小的分类头很快就能训练好，并显示它在没见过的例子上表现如何。",
    ),
    "classification.examples": ("Examples", "例子"),
    "classification.examples.info": (
        "One a line, as “label: text”.",
        "每行一个，形如“标签: 文字”。",
    ),
    "classification.examples.placeholder": (
        "praise: What a lovely day\ncomplaint: The bus is late again",
        "表扬: What a lovely day\n投诉: The bus is late again",
    ),
    "classification.examples.file": (
        "Or a CSV with the columns text and label",
        "或含“文本”与“标签”（text 与 label）两列的 CSV 文件",
    ),
    "classification.head.save": ("Save the head", "保存分类头"),
    "classification.head.load": ("Load a head", "载入分类头"),
    "classification.head.loaded": (
        "Loaded a head with the labels {labels}. Try it on a new text.",
        "已载入分类头，标签为 {labels}。用新文字试试。",
    ),
    "classification.new_text": ("A new text for the taught head", "用训练好的分类头判断新文字"),
    "classification.use.run": ("Use what it learnt", "用它分类"),
    "classification.use.empty": (
        "<b>Then try a new text</b> The head that you taught or loaded answers here.",
        "<b>然后试试新文字</b> 你训练或载入的分类头会在这里给出结果。",
    ),
    "classification.folds": (
        "Measured by {folds}-fold cross-validation on {count:,} examples: each was judged by a head that had not seen it.",
        "对 {count:,} 个例子做 {folds} 折交叉验证：每个例子都由没见过它的分类头判断。",
    ),
    "classification.metric.accuracy": ("accuracy", "准确率"),
    "classification.metric.precision": ("macro precision", "宏平均精确率"),
    "classification.metric.recall": ("macro recall", "宏平均召回率"),
    "classification.metric.f1": ("macro F1", "宏平均 F1"),
    "classification.confusion": ("Confusion matrix", "混淆矩阵"),
    "classification.confusion.corner": ("true ↓ predicted →", "真实 ↓ 预测 →"),
    "classification.curve": ("Learning curve: accuracy in %", "学习曲线：准确率（%）"),
    "classification.curve.axis": ("training examples", "训练样本数"),
    "classification.hardest": ("The examples it finds hardest", "最难的例子"),
    "classification.hard": (
        "labelled {label}, which got {probability}; predicted {predicted}",
        "应为 {label}，概率仅 {probability}；预测为 {predicted}",
    ),
    "classification.training_seconds": ("s to train and test the head", "秒（训练与测试分类头）"),
    # Compare and bias probe
    "classification.compare.run": ("Compare", "对比"),
    "classification.compare.empty": (
        "<b>Change one thing and see what moves</b> Edit a copy of a text, or give one text to two experts.",
        "<b>改动一处，看看有何变化</b> 修改文字的副本，或把同一段文字交给两个专家模型。",
    ),
    "classification.first": ("First text", "第一段文字"),
    "classification.second": ("Second text: a copy to edit", "第二段文字：可修改的副本"),
    "classification.probe.run": ("Probe", "检测"),
    "classification.probe.empty": (
        "<b>Does the score depend on who is meant?</b> One sentence, a list of names, pronouns or groups: a fair model "
        "gives each the same score.",
        "<b>分数会因所指的人而变吗？</b> 同一句话，换上不同的姓名、代词或群体：公平的模型应给出相同分数。",
    ),
    "classification.sentence": ("Sentence", "句子"),
    "classification.sentence.info": ("{} is where each word goes.", "{} 是每个词的位置。"),
    "classification.words": ("Words to try", "要尝试的词"),
    "classification.list": ("A ready list", "现成的词表"),
    "classification.list.names": ("Names", "姓名"),
    "classification.list.pronouns": ("Pronouns", "代词"),
    "classification.list.groups": ("Groups", "群体"),
    "classification.list.origins": ("Origins", "来源地"),
    "classification.probe.label": ("Label", "标签"),
    "classification.probe.label_info": (
        "After a first run every label of the expert can be chosen.",
        "运行一次后，可选择该专家模型的任一标签。",
    ),
    "classification.probe.any": ("The one that moves most", "变化最大的标签"),
    "classification.probe.title": (
        "“{label}” moves by {spread} percentage points",
        "“{label}”的概率相差 {spread} 个百分点",
    ),
    "classification.probe.remark": (
        "From the lowest to the highest word; standard deviation {deviation} points. The sentences differ in nothing else.",
        "即最高与最低之差；标准差 {deviation} 个百分点。各句的其余部分完全相同。",
    ),
    "classification.probe.most": (
        "Of its {count} labels this one moves most.",
        "在 {count} 个标签中，这一个变化最大。",
    ),
    # Many at once
    "classification.table.run": ("Classify all rows", "处理所有行"),
    "classification.table.empty": (
        "<b>A table in, a table out</b> Choose a CSV and the column with the texts. With the right labels in another "
        "column you also see how often the expert is right, and how well its confidence is calibrated.",
        "<b>表格进，表格出</b> 选择 CSV 文件与文字所在的列。如果另有一列正确标签，还能看到专家模型的准确率，以及它的置信度是否可靠。",
    ),
    "classification.csv": ("CSV file", "CSV 文件"),
    "classification.csv.sample": ("Use a sample table", "使用示例表格"),
    "classification.csv.download": ("Download the result", "下载结果"),
    "classification.csv.read": (
        "{rows:,} rows were read; the first ones:",
        "读取了 {rows:,} 行；前几行如下：",
    ),
    "classification.column": ("Column with the texts", "文字所在的列"),
    "classification.gold": ("Column with the right labels", "正确标签所在的列"),
    "classification.gold.info": ("Optional.", "可不选。"),
    "classification.ece": (
        "Measured on {count:,} rows with a label. Expected calibration error {ece}: how far confidence and accuracy are apart.",
        "在 {count:,} 行有标签的数据上测得。期望校准误差 {ece}，即置信度与准确率的差距。",
    ),
    "classification.reliability": (
        "Reliability: accuracy in % at each confidence",
        "可靠性：各置信度下的准确率（%）",
    ),
    "classification.reliability.axis": (
        "confidence (line: perfectly calibrated)",
        "置信度（直线：完全校准）",
    ),
    "classification.predicted": ("predicted", "预测"),
    "classification.confidence": ("confidence", "置信度"),
    "classification.rows": ("rows", "行"),
    "classification.rows_per_second": ("rows/s", "行/秒"),
    # Masked word and next sentence
    "classification.gap": ("A text with a gap", "有空缺的文字"),
    "classification.gap.info": (
        "Write [MASK] for the missing word. A bundled language model fills it in by trying words out in the whole sentence; "
        "BERT, which learnt nothing else, does so once you download it.",
        "用 [MASK] 代表缺少的词。自带的语言模型把候选词逐一放进整句比较；下载 BERT（它正是这样训练的）之后，由它来填。",
    ),
    "classification.gap.run": ("Fill the gap", "填词"),
    "classification.gap.empty": (
        "<b>How BERT learnt language</b> It saw texts with words masked out and learnt to fill the gaps.",
        "<b>BERT 怎样学会语言</b> 训练文本中有些词被遮住，它学着把空缺填上。",
    ),
    "classification.before": ("First sentence", "第一句"),
    "classification.after": ("Does this one follow?", "这是下一句吗？"),
    "classification.next.run": ("Judge", "判断"),
    "classification.next.empty": (
        "<b>Its second task</b> Given two sentences, it learnt to tell whether the second came right after the first.",
        "<b>它的第二项任务</b> 给出两句话，它学着判断第二句是否紧接第一句。",
    ),
    "classification.follows": ("follows", "是下一句"),
    "classification.follows.not": ("does not follow", "不是下一句"),
    # With a picture
    "classification.caption": ("Text", "文字"),
    "classification.picture": ("Picture", "图片"),
    "classification.weight": ("Weight of the picture in late fusion", "后期融合中图片的权重"),
    "classification.weight.info": ("0: text alone; 1: picture alone.", "0：仅文字；1：仅图片。"),
    "classification.picture.run": ("Classify both", "一起分类"),
    "classification.picture.empty": (
        "<b>Do text and picture agree?</b> Give both and a few labels: you see each alone and two ways to put them together.",
        "<b>文字与图片一致吗？</b> 输入文字、图片和几个标签，查看各自的判断，以及两种融合方式的结果。",
    ),
    "classification.remember": ("The right label for this pair", "这一对的正确标签"),
    "classification.remember.info": (
        "Early fusion is trained on the pairs that you remember under two or more labels.",
        "在两个以上标签下记住的图文对，用于训练早期融合。",
    ),
    "classification.remember.run": ("Remember this pair", "记住这一对"),
    "classification.remembered": (
        "{count} pairs are remembered: {labels}. The next run uses them.",
        "已记住 {count} 对：{labels}。下次运行时会用到。",
    ),
    "classification.fusion.text": ("Text alone", "仅文字"),
    "classification.fusion.picture": ("Picture alone", "仅图片"),
    "classification.fusion.late": ("Late fusion: the answers mixed", "后期融合：加权混合两个结果"),
    "classification.fusion.early": ("Early fusion: the vectors joined", "早期融合：拼接两个向量"),
    "classification.fusion.untaught": (
        "Not taught yet: take the six ready pairs, or remember a few of your own under two labels.",
        "尚未训练：使用六对现成的图文，或在两个标签下各记住几对。",
    ),
    # Examples
    "classification.example.review": ("A mixed review", "褒贬参半的评论"),
    "classification.example.feeling": ("A strong feeling", "强烈的情绪"),
    "classification.example.sarcasm": ("Sarcasm", "反话"),
    "classification.example.negation": ("“Not bad”", "“不坏”"),
    "classification.example.topic": ("A news topic", "新闻主题"),
    "classification.example.mood": ("A complaint", "抱怨"),
    "classification.example.several": ("Several at once", "多个标签"),
    "classification.example.topics": ("Three topics, twelve examples", "三个主题，十二个例子"),
    "classification.example.one_word": ("One word more", "多一个词"),
    "classification.example.two_experts": ("Two experts", "两个专家"),
    "classification.example.neighbour": ("A new neighbour", "新邻居"),
    "classification.example.faith": ("A family", "一个家庭"),
    "classification.example.capital": ("A capital", "首都"),
    "classification.example.follows": ("A kettle, and tea", "烧水与茶"),
    "classification.picture.sample": ("A pair that disagrees", "一对不一致的图文"),
    "classification.picture.lesson": (
        "Teach early fusion six ready pairs first",
        "先用六对现成的图文训练早期融合",
    ),
    "classification.explain.classify": (
        "An [[expert]]'s probabilities, which expert the [[router]] chose, and two "
        "[[attribution|attributions]] over the words.\n\n"
        "That the expert is right, or that it read the text as you do. Attributions "
        "describe this model on this text; the figures below them say how far to trust "
        "them.",
        "[[expert|专家]]给出的概率、[[router|路由模块]]选了哪个专家，以"
        "及两种对各个词的[[attribution|归因]]。\n\n"
        "专家是否正确，或者它是否像你一样理解文字。归因描述的只是这个模型对这段文字的反应；下"
        "面的数字说明它们有多可信。",
    ),
    "classification.explain.labels": (
        "How well a sentence with each of your labels fits the text: by [[entailment]], "
        "by [[cosine]] similarity, or by how likely a language model finds it.\n\n"
        "That any label is right: for one label each, the shares sum to 1 even if none "
        "fits. Another wording of the template can change the order.",
        "含有各标签的句子与文字有多相符：用[[entailment|蕴含]]、[[cosin"
        "e|余弦相似度]]，或语言模型认为它有多可能来衡量。\n\n"
        "是否有哪个标签正确：单选时份额总和为 1，即使一个都不合适。换一种模板措辞，顺序可能"
        "就变了。",
    ),
    "classification.explain.teach": (
        "One layer trained on [[embedding|vectors]] that stay as they are, and how well "
        "it does on examples that it has not seen, by "
        "[[cross_validation|cross-validation]].\n\n"
        "How it does on texts of another kind than your examples. With twelve examples "
        "one mistake is eight per cent.",
        "在保持不变的[[embedding|向量]]上训练一层，并用[[cross_vali"
        "dation|交叉验证]]看它对没见过的例子做得如何。\n\n"
        "面对与例子不同类型的文字会怎样。只有十二个例子时，错一个就是八个百分点。",
    ),
    "classification.explain.compare": (
        "What one changed word, or another expert, does to each probability.\n\n"
        "A rule. The same change in another sentence may do the opposite.",
        "改动一个词，或换一个专家，各概率会怎样变化。\n\n"
        "规律。同样的改动放到另一个句子里，效果可能相反。",
    ),
    "classification.explain.probe": (
        "One sentence with each word of a list in its gap: words that should make no "
        "difference, and how much they do.\n\n"
        "That a model is fair. A small spread in one sentence says nothing of others, "
        "and names stand for groups only roughly.",
        "同一个句子的空格里依次填入各个词：这些词本不该影响结果，看看实际影响有多大。\n\n"
        "模型是公平的。一个句子里差别小，不说明别的句子；名字也只能粗略代表人群。",
    ),
    "classification.explain.table": (
        "Every row of a table classified; where it has the true labels also accuracy, "
        "the confusion of labels, and [[calibration]].\n\n"
        "How it does on rows of another source. Accuracy hides that a rare label is "
        "always missed: look at the confusion.",
        "对表格的每一行分类；若有真实标签，还给出准确率、混淆矩阵和[[calibration"
        "|校准]]。\n\n"
        "对另一来源的数据会怎样。准确率会掩盖少见标签总被漏掉的情况：请看混淆矩阵。",
    ),
    "classification.explain.masked": (
        "The words that BERT finds likely in a gap, from both sides of it, and whether "
        "it takes one sentence to follow another: the two tasks it was pre-trained on.\n\n"
        "Facts. It has learnt which words stand in such places; a wrong one can be as "
        "likely as the right one.",
        "BERT 根据空格两侧认为可能的词，以及它是否认为一句话接着另一句：它预训练时的两项"
        "任务。\n\n"
        "事实。它学到的是这种位置上常出现哪些词；错的词可能和对的一样有可能。",
    ),
    "classification.explain.fusion": (
        "A text and a picture against the same labels: each alone, their two answers "
        "mixed (late fusion), and one layer over both [[embedding|vectors]] joined "
        "(early fusion).\n\n"
        "That together is always better: with late fusion two sure and opposite answers "
        "cancel out, and early fusion needs pairs to learn from.",
        "文字和图片对同一组标签：各自单独、把两个答案混合（后期融合），以及在拼接的[[emb"
        "edding|向量]]上用一层判断（早期融合）。\n\n"
        "合在一起总是更好：后期融合中，两个自信而相反的答案会互相抵消；早期融合则需要成对的例"
        "子来学习。",
    ),
    "classification.explain": (
        "An **[[expert]]** is a small network (MiniLM, 22 million parameters) with a thin trained layer on each of its "
        "matrices (LoRA) that learnt from 43,000 labelled comments; Chinese texts go to a layer on a larger encoder that reads both "
        "languages (multilingual-e5-small) and learnt from English comments alone. It turns a text into one vector and that into a "
        "probability for each label. A high bar means that the model is sure, not that it is right: sarcasm, for one, "
        "fools it.\n\n"
        "**Why** is answered in two ways. *Integrated [[gradient|gradients]]* walks from an empty text to yours and adds up how each word "
        "moved the answer; the parts add up to the whole difference. *Leave-one-out* drops one word at a time. Where the two "
        "disagree, trust neither too much. The faithfulness figures say how far the probability falls without the "
        "words ranked highest; random words should cost less.\n\n"
        "**Your own labels** need no training: the model judges how well a sentence with each label fits the text. "
        "**Teach it** trains only a head, a single layer, on frozen [[embedding|vectors]]. **[[calibration|Calibration]]** compares how sure the "
        "model was with how often it was right.",
        "[[expert|专家模型]]是一个小网络（MiniLM，2200 万个参数），每个矩阵上加了一层很薄的可训练部分（LoRA），"
        "从 4.3 万条带标签的英文评论中学习；中文文字由另一个读中英文的编码器（multilingual-e5-small）上的一层来判断，它也只学过英文评论。它把文字变成一个向量，再变成各标签的概率。概率高只表示模型的置信度高，不代表它正确：比如反话就会骗过它。\n\n"
        "**为什么**用两种方法回答。*积分[[gradient|梯度]]*从空文本逐步过渡到你的文字，累加每个词对结果的影响，各部分之和等于总差值。"
        "*留一法*每次去掉一个词。两者不一致时，都不宜全信。忠实度说明去掉得分最高的词后概率下降多少；随机去掉几个词，影响应该更小。\n\n"
        "**自定标签**无需训练：模型判断含有各标签的句子与文字有多匹配。**教它分类**只在冻结的[[embedding|向量]]上训练一层分类头。"
        "[[calibration|校准]]比较模型的置信度与实际准确率。",
    ),
}
