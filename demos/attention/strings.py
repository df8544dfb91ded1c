"""Texts of the attention tab. Those of ON_STAGE travel with a result, in its visitor's language."""

TEXTS: dict[str, tuple[str, str]] = {
    "tab.attention": ("Attention", "注意力"),
    "attention.text": ("Your text", "你的文本"),
    "attention.text.placeholder": ("Type a sentence", "输入一句话"),
    "attention.kind": ("Kind of model", "模型类型"),
    "attention.kind.encoder": (
        "Encoder: every token sees the whole text",
        "编码器：每个词元都能看到全文",
    ),
    "attention.kind.decoder": ("Decoder: sees what came before", "解码器：只能看到前文"),
    "attention.kind.seq2seq": ("Encoder-decoder: rewrites a text", "编码器-解码器：改写文本"),
    "attention.run": ("Look inside", "看看内部"),
    "attention.second": ("Second text (optional)", "第二段文本（可选）"),
    "attention.second.info": (
        "A pair to compare; for an encoder-decoder, the text it should write.",
        "用来与第一段比较；对编码器-解码器来说，则是它应当写出的文本。",
    ),
    "attention.empty": (
        "<b>See which words a model looks at</b> Type a sentence, or pick an example: every head of every layer "
        "at a glance, any one of them in full, and the arithmetic behind each number.",
        "<b>看看模型在关注哪些词</b> 输入一句话，或选一个例子：所有层的所有注意力头一览无余，"
        "可以细看任何一个头，也可以查看每个数字是怎么算出来的。",
    ),
    "attention.tokens": ("tokens", "个词元"),
    "attention.layers": ("layers", "层"),
    "attention.heads": ("heads in each", "个注意力头（每层）"),
    "attention.forward_seconds": ("s in the model", "秒（模型计算）"),
    "attention.example.animal": ("What does “it” mean?", "“it”指什么？"),
    "attention.example.pair": ("Two sentences", "两个句子"),
    "attention.example.decoder": ("Predict the next word", "预测下一个词"),
    "attention.example.verse": ("A line of Chinese verse", "一句古诗"),
    "attention.example.dates": ("Rewrite a date", "改写日期"),
    "attention.explain.map": (
        "One [[head]] of one [[layer]]: the row of a [[token]] holds its weights over "
        "all tokens, a [[softmax]] that sums to 1. The lines are the same numbers.\n\n"
        "Why the model answers as it does. A weight says how much is read from a token, "
        "not what is read, nor whether it matters later.",
        "一[[layer|层]]中的一个[[head|头]]：每个[[token|词元]]的"
        "一行是它对所有词元的权重，由 [[softmax]] 得到，总和为 1。连线画的是同"
        "样的数。\n\n"
        "模型为什么这样回答。权重只说明从某个词元读取了多少，不说明读到了什么，也不说明后面是"
        "否用得上。",
    ),
    "attention.explain.steps": (
        "The model's own query, keys and values of one token: dot products, division by "
        "√d, [[mask]], [[softmax]], and the weighted sum of the values.\n\n"
        "The other heads, the projection that joins them, and the feed-forward network "
        "after it: they do most of the arithmetic.",
        "一个词元的真实查询、键与值：点积、除以 √d、[[mask|掩码]]、[[softm"
        "ax]]，再对值加权求和。\n\n"
        "其他的头、把它们合起来的投影，以及之后的前馈网络：大部分计算都在那里。",
    ),
    "attention.explain.layers": (
        "Rollout follows attention down through the layers, counting half of the "
        "[[residual|residual stream]] as a token's own. For a decoder the logit lens "
        "reads each layer as if it were the last.\n\n"
        "What the layers compute: rollout knows no values and no feed-forward network, "
        "and in a decoder it gathers on the first token by its arithmetic. A lens on an "
        "early layer shows what the last layer's dictionary makes of it, no thought.",
        "注意力展开沿着各层向下追踪注意力，并把[[residual|残差流]]的一半算作词元"
        "自身的。对解码器，logit 透镜把每一层当作最后一层来读。\n\n"
        "各层到底算了什么：展开不考虑值和前馈网络，而且在解码器中，它的算法本身就会使份额聚到"
        "第一个词元上。透镜在早期层里看到的，是用最后一层的词典读出来的东西，不是“想法”。",
    ),
    "attention.explain.effect": (
        "What changes when a token is [[mask|masked]] in every layer, or a head is "
        "switched off: the [[logit]] of the predicted token, or for an encoder the "
        "direction of the sentence's vector.\n\n"
        "How tokens act together: each is removed alone, and a text with a hole is one "
        "that the model has not learnt from.",
        "在所有层中[[mask|遮住]]一个词元，或关掉一个头，看什么会变：所预测词元的 ["
        "[logit]]；对编码器，则是句向量的方向。\n\n"
        "词元之间的共同作用：这里每次只去掉一个，而且缺了一块的文本是模型没有学过的。",
    ),
    "attention.explain.hand": (
        "A whole [[layer]] on numbers of your own: its attention is computed by the code that "
        "computes the real thing, and each [[head]] has its [[softmax]].\n\n"
        "What a real model has besides: numbers that were learnt, hundreds of them for each "
        "[[token]], a dozen layers and more, layer norm and biases.",
        "用你自己的数字算完整的一[[layer|层]]：注意力所用的代码与真实计算相同，每个[[head|头]]都有自"
        "己的 [[softmax]]。\n\n"
        "真实模型还有什么：学得的数、每个[[token|词元]]几百个数、十几层甚至更多层，以及层归一化和偏置。",
    ),
    "attention.explain.pieces": (
        "The pieces that the model reads: each [[token]] with its number in the "
        "vocabulary and its place in the text.\n\n"
        "Meaning. Where words are cut was settled by how often pieces occur, before the "
        "model learnt anything.",
        "模型读入的片段：每个[[token|词元]]在词表中的编号，以及它在文本中的位置。\n\n"
        "含义。词在哪里切开，是在模型学习之前按片段出现的频率定下的。",
    ),
    "attention.explain": (
        "A model cuts your text into **[[token|tokens]]**. In each [[layer]], each **[[head]]** decides for every token how much "
        "it attends to each of the others: a row of weights that sum to 1. The small pictures show all heads at once "
        "(layers downwards, heads across). A strong line or stripe is a habit of that head, such as attending to the previous word. "
        "Click a head, then point at a word or click it to see where it looks.\n\n"
        "A weight is computed: take the dot product of the token's **query** with every **key**, divide it by the square root of "
        "the number of dimensions (√d), [[mask]] what a decoder may not see yet, and apply [[softmax]]. *Step by step* shows this with "
        "the model's real numbers; *By hand* lets you change your own.\n\n"
        "Colours follow the square root of the weight, so that small weights can be seen; the numbers are exact. In a long "
        "text, each cell of a small picture is the largest weight of the part it covers.\n\n"
        "**Attention is not an explanation.** Much of it goes to tokens that carry little meaning, such as the first one. *Effect* "
        "masks each token, switches off each head, and shows what really changes.",
        "模型把文本切成[[token|词元]]。在每一[[layer|层]]里，每个[[head|注意力头]]都会为每个词元决定对其他词元的关注程度：这是一行权重，总和为 1。"
        "小图同时展示所有的头（纵向是层，横向是头）；图中明显的线条或条纹是这个头的习惯，例如总是关注前一个词。"
        "点开一个头，再把指针移到某个词元上或点击它，就能看到它在关注哪里。\n\n"
        "权重是计算出来的：先求词元的**查询**（q）与每个**键**（k）的点积，除以维度的平方根（√d），"
        "把解码器还不能看到的位置[[mask|掩掉]]，再做 [[softmax]]。*逐步演算*用模型的真实数值展示这个过程，*动手算*则让你自己改数。\n\n"
        "颜色取自权重的平方根，好让小的权重也看得见；数字则是精确值。文本较长时，小图中每一格是它所覆盖部分的最大权重。\n\n"
        "**注意力不等于解释**。很多注意力都落在没有多少含义的词元上，例如第一个词元。*影响*会逐个遮住词元、关闭注意力头，看看结果究竟有什么变化。",
    ),
    # On the stage.
    "attention.title": ("Attention", "注意力"),
    "attention.all_heads": ("All heads", "所有注意力头"),
    "attention.all_heads_hint": ("click one", "点击查看"),
    "attention.grid_label": (
        "All heads as small heat-maps, layers from top to bottom, heads from left to right",
        "所有注意力头的小热力图，纵向是层，横向是头",
    ),
    "attention.heat_label": (
        "Heat-map of one head: each row attends to the columns",
        "一个头的热力图：每一行关注各列",
    ),
    "attention.lines_label": (
        "Lines from each token to the tokens that it attends to",
        "从每个词元连到它所关注的词元",
    ),
    "attention.views": ("Views", "视图"),
    "attention.formula": ("Formula", "公式"),
    "attention.layer": ("Layer", "层"),
    "attention.head": ("Head", "头"),
    "attention.mean": ("mean", "平均"),
    "attention.stack": ("Which attention", "注意力类型"),
    "attention.stack_cross": ("Across: written → read", "交叉：输出 → 输入"),
    "attention.stack_encoder": ("Encoder", "编码器"),
    "attention.stack_decoder": ("Decoder", "解码器"),
    "attention.average": ("Average", "平均"),
    "attention.average_none": ("none", "不平均"),
    "attention.average_heads": ("over heads", "跨头平均"),
    "attention.average_layers": ("over layers", "跨层平均"),
    "attention.average_all": ("over all", "全部平均"),
    "attention.hide": ("Hide", "隐藏"),
    "attention.hide_none": ("nothing", "不隐藏"),
    "attention.hide_special": ("special tokens", "特殊词元"),
    "attention.hide_first": ("the first token", "第一个词元"),
    "attention.renormalise": ("rows sum to 1 again", "每行重新归一化"),
    "attention.pair": ("Between", "句对方向"),
    "attention.pair_all": ("all", "全部"),
    "attention.pair_AA": ("A→A", "A→A"),
    "attention.pair_AB": ("A→B", "A→B"),
    "attention.pair_BA": ("B→A", "B→A"),
    "attention.pair_BB": ("B→B", "B→B"),
    "attention.from": ("from", "从"),
    "attention.to": ("to", "到"),
    "attention.row_list": ("Tokens that attend", "发出注意力的词元"),
    "attention.column_list": (
        "Tokens, coloured by how much the chosen one attends to them",
        "词元，颜色表示所选词元对它的关注程度",
    ),
    "attention.choose_token": (
        "Point at a token or click it to see where it looks.",
        "把指针移到某个词元上或点击它，看它在关注哪里。",
    ),
    "attention.looks_at": ("looks at", "关注"),
    "attention.weight": ("weight", "权重"),
    "attention.zoom_in": ("Enlarge around the chosen token", "放大所选词元周围"),
    "attention.zoom_out": ("Show all", "显示全部"),
    "attention.all_lines": ("lines of all tokens", "所有词元的连线"),
    "attention.predicts_next": (
        "A written token's row is the step that reads it and predicts the next one.",
        "输出词元所在的行，对应模型读入它并预测下一个词元的那一步。",
    ),
    "attention.not_in_file": (
        "The text is long, so this file holds layer {layer} alone. Save another layer from the app.",
        "文本较长，此文件只包含第 {layer} 层。其他层请在应用中另存。",
    ),
    "attention.save_as": ("Save as", "另存为"),
    "attention.working": ("Working…", "计算中…"),
    "attention.token": ("Token", "词元"),
    "attention.panel_heat": ("Heat-map", "热力图"),
    "attention.panel_lines": ("Lines", "连线"),
    "attention.panel_steps": ("Step by step", "逐步演算"),
    "attention.panel_layers": ("Layers", "逐层"),
    "attention.panel_effect": ("Effect", "影响"),
    "attention.panel_pieces": ("Tokens", "词元表"),
    "attention.step_note": (
        "Layer {layer}, head {head}: the model's own numbers; d = {size}, √d = {root}. Orange is negative, blue is positive.",
        "第 {layer} 层，第 {head} 个头：模型的真实数值，d = {size}，√d = {root}。橙色为负，蓝色为正。",
    ),
    "attention.step_k": ("key k", "键 k"),
    "attention.step_product": ("q · k", "q · k"),
    "attention.step_scaled": ("÷ √d", "÷ √d"),
    "attention.step_mask": ("+ mask", "+ 掩码"),
    "attention.step_weight": ("softmax", "softmax（权重）"),
    "attention.step_v": ("value v", "值 v"),
    "attention.step_rest": (
        "{count} more tokens share the remaining weight of {weight}.",
        "其余 {count} 个词元的权重合计 {weight}。",
    ),
    "attention.step_output": ("Σ weight · v", "Σ 权重 · v"),
    "attention.step_model": ("the model's own", "模型自己的结果"),
    "attention.step_difference": (
        "Largest difference between the two: {difference}.",
        "两者的最大差值：{difference}。",
    ),
    "attention.step_is_row": (
        "The weights are the row of the heat-map.",
        "这些权重就是热力图中对应的那一行。",
    ),
    "attention.of_one_head": (
        "The weights here are those of layer {layer}, head {head}, over all tokens: averages and hidden tokens apply only to "
        "the heat-map and the lines.",
        "这里是第 {layer} 层第 {head} 个头对所有词元的权重：平均和隐藏只作用于热力图和连线。",
    ),
    "attention.rollout": ("Attention rollout", "注意力展开（attention rollout）"),
    "attention.rollout_note": (
        "Where the chosen token's content comes from, traced through the layers: the mean over heads, with half the weight "
        "for the token itself (Abnar and Zuidema 2020). One row for each layer, the first on top; hover for the numbers.",
        "逐层追踪所选词元的信息从何而来：各头取平均，一半权重留给词元自身（Abnar 和 Zuidema，2020）。每层一行，第一层在最上面；指针悬停可查看数值。",
    ),
    "attention.rollout_decoder": (
        "In a decoder the picture ends on the first token: a token can only look back, and much attention rests on the first "
        "one, so its share grows from layer to layer. That is how rollout works under a causal mask; it does not mean that the first "
        "token matters most.",
        "在解码器里，图最后总会落到第一个词元上：每个词元只能往前看，而很多注意力停在第一个词元上，所以它的份额逐层增大。"
        "这是因果掩码下展开的特点，并不说明第一个词元最重要。",
    ),
    "attention.rollout_point": (
        "Point at the picture to read a token's share; click to choose that token.",
        "把指针移到图上可查看词元所占的份额；点击可选中该词元。",
    ),
    "attention.rollout_none": (
        "There is no rollout between two texts: choose the encoder's or the decoder's own attention.",
        "两段文本之间无法做展开：请选择编码器或解码器自身的注意力。",
    ),
    "attention.lens": ("Logit lens", "Logit lens（逐层预测）"),
    "attention.lens_note": (
        "The next token that the model would predict if it stopped after each layer; stronger colours are more probable. Hover for the five "
        "most probable.",
        "如果模型算完某一层就停下，它会预测哪个词元；颜色越强，概率越高。指针悬停可查看概率最高的五个。",
    ),
    "attention.lens_start": ("embedding", "嵌入层"),
    "attention.effect_note_encoder": (
        "Each token is masked in turn, and each head of this layer switched off. The effect is how far the sentence vector "
        "moves (1 − cosine similarity). That vector is the mean over the tokens; a masked token is hidden from itself, too, and "
        "left out of the mean, so part of the effect is its own share. The effect is the same whichever token attends; the "
        "attention is not.",
        "逐个遮住词元，并逐个关闭本层的注意力头。影响是句向量改变了多少（1 − 余弦相似度）。句向量是各词元的平均；被遮住的词元连自己也看不到，"
        "也不计入平均，所以影响中有一部分来自它自己的那一份。无论选哪个词元来看，影响都一样，注意力则不同。",
    ),
    "attention.effect_note_decoder": (
        "Each token is masked in turn, for itself too, and each head of this layer switched off. The effect is by how much the "
        "logit of the next token, as predicted at the chosen one, falls. Striped bars and a minus sign: it rises.",
        "逐个遮住词元（对它自己也不可见），并逐个关闭本层的注意力头。影响是在所选词元处预测的下一个词元的 logit 下降了多少。带斜纹、负号的条表示 logit 上升。",
    ),
    "attention.effect_attention": ("attention", "注意力"),
    "attention.effect_logit": ("drop of the logit", "logit 下降"),
    "attention.effect_cosine": ("change of the vector", "向量变化"),
    "attention.effect_heads": ("Without the head", "关闭这个头"),
    "attention.effect_correlation": (
        "Rank correlation of attention and effect: {rho}.",
        "注意力与影响的秩相关系数：{rho}。",
    ),
    "attention.effect_no_correlation": (
        "Too few different values for a rank correlation.",
        "不同的值太少，无法计算秩相关系数。",
    ),
    "attention.effect_prediction": (
        "Predicted next token: “{token}”.",
        "预测的下一个词元：“{token}”。",
    ),
    "attention.effect_left_out": (
        "The text is long: {count} tokens with less attention were not masked, and the correlation covers only those shown.",
        "文本较长：注意力较小的 {count} 个词元没有遮住，秩相关系数只统计列出的词元。",
    ),
    # By hand: a transformer of one layer.
    "attention.view.model": ("In a model", "在模型里"),
    "attention.view.hand": ("By hand", "动手算"),
    "attention.hand.title": ("A transformer by hand", "动手算 Transformer"),
    "attention.hand.begin": ("Begin with", "从这里开始"),
    "attention.hand.preset_three": ("three words", "三个词"),
    "attention.hand.preset_heads": ("two heads", "两个头"),
    "attention.hand.preset_causal": ("causal", "因果"),
    "attention.hand.preset_uniform": ("uniform", "均匀"),
    "attention.hand.reset": ("Reset", "还原"),
    "attention.hand.tokens": ("Words", "词"),
    "attention.hand.vocabulary": ("Next words", "候选词"),
    "attention.hand.heads": ("Heads", "头数"),
    "attention.hand.causal": ("causal mask", "因果掩码"),
    "attention.hand.kept": ("What was there before stays.", "原来的数保持不变。"),
    "attention.hand.embeddings": ("Embeddings and positions", "嵌入与位置"),
    "attention.hand.attention": ("Attention, head by head", "注意力，逐头计算"),
    "attention.hand.rest": ("From the heads to the next word", "从各头到下一个词"),
    "attention.hand.head": ("Head {head}", "头 {head}"),
    "attention.hand.joined": ("heads joined", "各头拼接"),
    "attention.hand.mask": ("+ mask", "+ 掩码"),
    "attention.hand.key_read": ("is read", "被读取"),
    "attention.hand.key_written": ("is written", "被写入"),
    "attention.hand.key_yours": ("yours to change", "可以改动"),
    "attention.hand.left_out": (
        "The sums with X and H are the residual stream. Layer norm and biases are left out.",
        "与 X、H 相加的就是残差流。这里省去了层归一化和偏置。",
    ),
    "attention.hand.after": (
        "After “{word}”: “{other}”, {share}",
        "“{word}”之后：“{other}”，{share}",
    ),
    "attention.hand.back": ("Back", "上一步"),
    "attention.hand.forward": ("Next", "下一步"),
    "attention.hand.step": ("Step", "步骤"),
    "attention.hand.of": ("{step} of {steps}", "第 {step} 步，共 {steps} 步"),
    "attention.hand.keys": (
        "Keys: ← → steps, ↑ ↓ cells. Or click any number.",
        "按键：← → 换步，↑ ↓ 换格；也可以点击任何一个数。",
    ),
    "attention.hand.step_whole": ("Everything at once", "全貌"),
    "attention.hand.say_whole": (
        "A transformer of one layer, small enough to see every number. Change any number in a white field: all that follows from "
        "it changes at once. Next goes through it cell by cell; a click on a number shows where it comes from.",
        "只有一层的 Transformer，小到每个数都看得见。改动任何一个白格里的数，后面的一切立刻随之变化。“下一步”带你逐格走一遍；"
        "点击一个数，可以看它从哪里来。",
    ),
    "attention.hand.step_embed": ("Word and place", "词与位置"),
    "attention.hand.say_embed": (
        "What “{word}” means, its row of E, and where it stands, its row of P, are added.",
        "把“{word}”的含义（E 的一行）与它所在的位置（P 的一行）相加。",
    ),
    "attention.hand.step_query": ("Query", "查询"),
    "attention.hand.say_query": (
        "What “{word}” looks for: its row of X times column {column} of W_Q.",
        "“{word}”在找什么：X 中它的一行乘以 W_Q 的第 {column} 列。",
    ),
    "attention.hand.step_key": ("Key", "键"),
    "attention.hand.say_key": (
        "What “{word}” can be found by: its row of X times column {column} of W_K.",
        "凭什么能找到“{word}”：X 中它的一行乘以 W_K 的第 {column} 列。",
    ),
    "attention.hand.step_value": ("Value", "值"),
    "attention.hand.say_value": (
        "What “{word}” passes on: its row of X times column {column} of W_V.",
        "“{word}”传出去的内容：X 中它的一行乘以 W_V 的第 {column} 列。",
    ),
    "attention.hand.step_scores": ("Scores", "得分"),
    "attention.hand.say_scores": (
        "How well the query of “{word}” fits the key of “{other}”: the dot product of the two rows.",
        "“{word}”的查询与“{other}”的键有多相配：两行的点积。",
    ),
    "attention.hand.step_scale": ("Divide by the root", "除以平方根"),
    "attention.hand.say_scale": (
        "Divided by √{size}: a key of this head has {size} numbers, and without the root scores would grow with them.",
        "除以 √{size}：这个头的键有 {size} 个数，不除的话，得分会随个数变大。",
    ),
    "attention.hand.step_mask": ("Mask", "掩码"),
    "attention.hand.say_mask": (
        "“{other}” does not come after “{word}”: the mask adds 0, and the score stays.",
        "“{other}”不在“{word}”之后：掩码加 0，得分不变。",
    ),
    "attention.hand.say_masked": (
        "“{other}” comes after “{word}”, which must not see it yet: the mask makes the score −∞, so the weight will be 0.",
        "“{other}”在“{word}”之后，还不能看到：掩码把得分变成 −∞，权重便会是 0。",
    ),
    "attention.hand.say_no_mask": (
        "There is no mask: every word sees every word. With the causal mask, words that come later get −∞.",
        "这里没有掩码：每个词都能看到所有词。打开因果掩码后，后面的词得到 −∞。",
    ),
    "attention.hand.step_softmax": ("Softmax", "softmax（归一）"),
    "attention.hand.say_softmax": (
        "e to the power of the score, divided by the sum over the row of “{word}”: weights from 0 to 1, which sum to 1.",
        "e 的得分次方，除以“{word}”这一行的总和：权重在 0 到 1 之间，合计为 1。",
    ),
    "attention.hand.step_mix": ("Mix the values", "混合各个值"),
    "attention.hand.say_mix": (
        "What “{word}” takes from all words: the mean of column {column} of V, by its weights.",
        "“{word}”从所有词那里取来的内容：按它的权重对 V 的第 {column} 列求平均。",
    ),
    "attention.hand.step_join": ("Join the heads", "拼接各头"),
    "attention.hand.say_join": (
        "The results of the heads stand side by side; this number is from head {head}.",
        "各头的结果并排放在一起；这个数来自头 {head}。",
    ),
    "attention.hand.step_project": ("Back into the stream", "回到残差流"),
    "attention.hand.say_project": (
        "The joined row of “{word}” times column {column} of W_O, added to X: what was there is kept.",
        "“{word}”拼接后的一行乘以 W_O 的第 {column} 列，再加到 X 上：原有的内容保留下来。",
    ),
    "attention.hand.step_expand": ("Feed-forward, first half", "前馈网络，前半"),
    "attention.hand.say_expand": (
        "The row of “{word}” in H times column {column} of W_1; what is negative becomes 0 (ReLU). No word looks at another here.",
        "“{word}”在 H 中的一行乘以 W_1 的第 {column} 列；负数变成 0（ReLU）。这里词与词互不相看。",
    ),
    "attention.hand.step_contract": ("Feed-forward, second half", "前馈网络，后半"),
    "attention.hand.say_contract": (
        "The row of “{word}” in F times column {column} of W_2, added to H.",
        "“{word}”在 F 中的一行乘以 W_2 的第 {column} 列，再加到 H 上。",
    ),
    "attention.hand.step_logits": ("Logits", "logit（归一之前）"),
    "attention.hand.say_logits": (
        "How much speaks for “{other}” after “{word}”: the row of “{word}” in Y times the column of “{other}” in W_U.",
        "“{word}”之后出现“{other}”的理由有多强：Y 中“{word}”的一行乘以 W_U 中“{other}”的一列。",
    ),
    "attention.hand.step_next": ("Probabilities", "概率"),
    "attention.hand.say_next": (
        "Softmax again, over the logits of “{word}”: “{other}” comes next with {share}.",
        "对“{word}”的 logit 再做一次 softmax：“{other}”作为下一个词的概率是 {share}。",
    ),
    "attention.hand.waves": ("Positions as waves", "位置编码的波形"),
    "attention.hand.formula": ("Formula", "公式"),
    "attention.hand.waves_note": (
        "Attention by itself ignores the order of the words. The original Transformer added these waves to the token embeddings: "
        "one row for each of 64 positions, one column for each of 64 dimensions; blue is +1, orange is −1. P above has the first "
        "rows for as many dimensions as there are.",
        "注意力本身不区分词的先后。最初的 Transformer 把这些波形加到词元的嵌入上：64 个位置各占一行，64 个维度各占一列；蓝色为 +1，橙色为 −1。"
        "上面的 P 就是按它的维数算出的前几行。",
    ),
    "attention.pieces_note": (
        "How the tokenizer split the text: each token, its id in the vocabulary, and the characters it covers. "
        "Some characters take several tokens, numbered 1/3, 2/3, 3/3.",
        "分词器怎样切分文本：列出每个词元、它在词表中的编号和它覆盖的字符。有的字符由几个词元组成，记作 1/3、2/3、3/3。",
    ),
    "attention.piece_number": ("No.", "序号"),
    "attention.piece_vocabulary": ("In the vocabulary", "词表写法"),
    "attention.piece_id": ("Id", "编号"),
    "attention.piece_characters": ("Characters", "字符"),
    "attention.piece_special": ("special", "特殊"),
}

_OFF_STAGE = (
    *("text", "kind", "run", "second", "empty", "example", "explain", "view", "hand"),
    *("tokens", "layers", "heads", "forward_seconds"),  # on the run card
)
ON_STAGE = tuple(
    name
    for name in (key.removeprefix("attention.") for key in TEXTS if key.startswith("attention."))
    if name.split(".")[0] not in _OFF_STAGE
)
ON_HAND = tuple(
    key.removeprefix("attention.hand.") for key in TEXTS if key.startswith("attention.hand.")
)
