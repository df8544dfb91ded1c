"""Texts of the attention tab. Those of ON_STAGE travel with a result, in its visitor's language."""

TEXTS: dict[str, tuple[str, str]] = {
    "attention.text": ("Your text", "你的文字"),
    "attention.text.placeholder": ("Type a sentence", "输入一句话"),
    "attention.kind": ("Kind of model", "模型类型"),
    "attention.kind.encoder": ("Encoder: every word sees all", "编码器：每个词看到全部"),
    "attention.kind.decoder": ("Decoder: sees what came before", "解码器：只看前文"),
    "attention.kind.seq2seq": ("Encoder-decoder: rewrites a text", "编码器-解码器：改写文字"),
    "attention.run": ("Look inside", "看进去"),
    "attention.second": ("Second text (optional)", "第二段文字（可选）"),
    "attention.second.info": (
        "A pair to compare; for an encoder-decoder, the text it should write.",
        "用来比较的一对文字；对编码器-解码器，则是它应写出的文字。",
    ),
    "attention.empty": (
        "<b>See which words a model looks at</b> Type a sentence, or pick an example: every head of every layer "
        "at a glance, any one of them in full, and the arithmetic behind each number.",
        "<b>看看模型在看哪些词</b> 输入一句话，或选一个例子：一览每层的每个注意力头，细看其中任何一个，"
        "以及每个数字背后的计算。",
    ),
    "attention.tokens": ("tokens", "个词元"),
    "attention.layers": ("layers", "层"),
    "attention.heads": ("heads in each", "个头（每层）"),
    "attention.forward_seconds": ("s in the model", "秒（模型计算）"),
    "attention.example.animal": ("What does “it” mean?", "“it”指什么？"),
    "attention.example.pair": ("Two sentences", "两个句子"),
    "attention.example.decoder": ("Guess the next word", "猜下一个词"),
    "attention.example.dates": ("From a date to a date", "改写日期"),
    "attention.explain": (
        "A model cuts your text into **tokens**. In each of its layers, each **head** decides for every token how "
        "much to look at every other one: a row of weights that sum to 1. The small pictures show all heads at once "
        "(layers downwards, heads across); a bright row or stripe is a habit of that head, such as looking at the word before. "
        "Click one, then hover or click a word to see where it looks.\n\n"
        "A weight is computed, not guessed: the token's **query** is multiplied with every **key**, divided by the root of "
        "their length, masked where a decoder may not look ahead, and put through softmax. *Step by step* shows this with "
        "the model's real numbers, *By hand* lets you change your own.\n\n"
        "Colours go by the square root of the weight, so that small ones can be seen; the numbers are exact. In a long "
        "text each cell of a small picture is the largest weight of its part.\n\n"
        "**Attention is not an explanation.** Much of it goes to tokens that carry nothing, such as the first. *Effect* "
        "masks each token, silences each head, and shows what really changes.",
        "模型把文字切成**词元**。在每一层中，每个**注意力头**为每个词元决定要看其他词元多少：一行权重，总和为 1。"
        "小图一次显示所有的头（从上到下是层，从左到右是头）；明亮的行或条纹是这个头的习惯，例如总看前一个词。"
        "点开一个，再把指针移到词上或点击它，就能看到它在看哪里。\n\n"
        "权重是算出来的：词元的**查询**（q）与每个**键**（k）相乘，除以其长度的平方根，在解码器不能往后看的地方加上掩码，"
        "再经过 softmax。*逐步演算*用模型的真实数值展示这个过程，*动手算*让你改自己的数。\n\n"
        "颜色按权重的平方根取，让小的权重也看得见；数字是精确的。长文字的小图中，每格是该部分的最大权重。\n\n"
        "**注意力不等于解释。**许多注意力给了没有内容的词元，例如第一个。*影响*会遮住每个词元、关掉每个头，显示真正改变了什么。",
    ),
    # On the stage.
    "attention.title": ("Attention", "注意力"),
    "attention.all_heads": ("All heads", "所有的头"),
    "attention.all_heads_hint": ("click one", "点击选择"),
    "attention.grid_label": (
        "All heads as small heat-maps, layers from top to bottom, heads from left to right",
        "所有注意力头的小热力图，从上到下是层，从左到右是头",
    ),
    "attention.heat_label": (
        "Heat-map of one head: rows look at columns",
        "一个头的热力图：行看列",
    ),
    "attention.lines_label": (
        "Lines from each token to what it looks at",
        "从每个词元到它所看之处的连线",
    ),
    "attention.views": ("Views", "视图"),
    "attention.formula": ("Formula", "公式"),
    "attention.layer": ("Layer", "层"),
    "attention.head": ("Head", "头"),
    "attention.mean": ("mean", "平均"),
    "attention.stack": ("Which attention", "哪种注意力"),
    "attention.stack_cross": ("Across: written → read", "交叉：写出 → 读入"),
    "attention.stack_encoder": ("Encoder", "编码器"),
    "attention.stack_decoder": ("Decoder", "解码器"),
    "attention.average": ("Average", "平均"),
    "attention.average_none": ("none", "不平均"),
    "attention.average_heads": ("over heads", "对头平均"),
    "attention.average_layers": ("over layers", "对层平均"),
    "attention.average_all": ("over all", "全部平均"),
    "attention.hide": ("Hide", "隐藏"),
    "attention.hide_none": ("nothing", "不隐藏"),
    "attention.hide_special": ("special tokens", "特殊词元"),
    "attention.hide_first": ("the first token", "第一个词元"),
    "attention.renormalise": ("rows sum to 1 again", "每行重新归一"),
    "attention.pair": ("Between", "之间"),
    "attention.pair_all": ("all", "全部"),
    "attention.pair_AA": ("A→A", "A→A"),
    "attention.pair_AB": ("A→B", "A→B"),
    "attention.pair_BA": ("B→A", "B→A"),
    "attention.pair_BB": ("B→B", "B→B"),
    "attention.from": ("from", "从"),
    "attention.to": ("to", "到"),
    "attention.row_list": ("Tokens that look", "在看的词元"),
    "attention.column_list": (
        "Tokens, coloured by how much the chosen one looks at them",
        "词元，颜色表示被所选词元看的程度",
    ),
    "attention.choose_token": (
        "Point at a token or click it to see where it looks.",
        "把指针移到词元上或点击它，看它在看哪里。",
    ),
    "attention.looks_at": ("looks at", "在看"),
    "attention.weight": ("weight", "权重"),
    "attention.zoom_in": ("Enlarge around the chosen token", "放大所选词元周围"),
    "attention.zoom_out": ("Show all", "显示全部"),
    "attention.all_lines": ("lines of all tokens", "所有词元的连线"),
    "attention.predicts_next": (
        "A written token's row is the step that reads it and predicts the next one.",
        "写出的词元那一行，是模型读入它并预测下一个词元的那一步。",
    ),
    "attention.not_in_file": (
        "The text is long, so this file holds layer {layer} alone. Save another layer from the app.",
        "文字较长，此文件只含第 {layer} 层。要看其他层，请在应用中另存。",
    ),
    "attention.save_as": ("Save as", "另存为"),
    "attention.working": ("Working…", "计算中…"),
    "attention.token": ("Token", "词元"),
    "attention.panel_heat": ("Heat-map", "热力图"),
    "attention.panel_lines": ("Lines", "连线"),
    "attention.panel_steps": ("Step by step", "逐步演算"),
    "attention.panel_layers": ("Layers", "穿过各层"),
    "attention.panel_effect": ("Effect", "影响"),
    "attention.panel_hand": ("By hand", "动手算"),
    "attention.panel_pieces": ("Tokens", "词元表"),
    "attention.step_note": (
        "Layer {layer}, head {head}: the model's own numbers, d = {size}, √d = {root}. Orange is negative, blue positive.",
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
        "其余 {count} 个词元共占权重 {weight}。",
    ),
    "attention.step_output": ("Σ weight · v", "Σ 权重 · v"),
    "attention.step_model": ("the model's own", "模型自己的结果"),
    "attention.step_difference": (
        "Largest difference between the two: {difference}.",
        "两者的最大差别：{difference}。",
    ),
    "attention.step_is_row": (
        "The weights are the row of the heat-map.",
        "这些权重就是热力图中的那一行。",
    ),
    "attention.of_one_head": (
        "The weights here are those of layer {layer}, head {head}, over all tokens: averaging and hiding are for the "
        "heat-map and the lines.",
        "这里的权重属于第 {layer} 层第 {head} 个头，涵盖所有词元：平均与隐藏只用于热力图和连线。",
    ),
    "attention.rollout": ("Attention rollout", "注意力展开（rollout）"),
    "attention.rollout_note": (
        "Where the chosen token's content comes from, followed down through all layers: mean over heads, half for "
        "the token itself (Abnar and Zuidema 2020). One line for each layer, the first on top; hover for the numbers.",
        "所选词元的内容从何而来，逐层往下追踪：对头平均，一半留给词元自身（Abnar 和 Zuidema 2020）。每层一行，第一层在最上面；指针停留可见数值。",
    ),
    "attention.rollout_point": (
        "Point at the picture to read a token's share; click to choose that token.",
        "把指针移到图上可读出词元所占的份额；点击可选择该词元。",
    ),
    "attention.rollout_none": (
        "Between two texts there is no rollout: choose the encoder's or the decoder's own attention.",
        "两段文字之间没有展开：请选择编码器或解码器自身的注意力。",
    ),
    "attention.lens": ("Logit lens", "Logit lens（逐层猜词）"),
    "attention.lens_note": (
        "What the model would say next, if it had to stop after each layer; darker is surer. Hover for the five likeliest.",
        "如果模型在每一层之后就停下，它会接什么词；颜色越深越有把握。指针停留可见最可能的五个。",
    ),
    "attention.lens_start": ("before", "之前"),
    "attention.effect_note_encoder": (
        "Each token is hidden in turn, and each head of this layer silenced. The effect is how far the sentence's vector turns "
        "(1 − cosine). That vector is the mean over the tokens; a hidden one is hidden from itself, too, and missing in the mean, "
        "so that part of the turn is its own share. The effect is the same for every token that looks; the attention is not.",
        "依次隐藏每个词元，并依次关掉本层的每个头。影响是句子向量转了多少（1 − 余弦）。句子向量是各词元的平均；被隐藏的词元连自己也看不到，"
        "也不计入平均，所以一部分转动来自它自己的那一份。无论选哪个词元来看，影响都相同，注意力则不同。",
    ),
    "attention.effect_note_decoder": (
        "Each token is hidden in turn, from itself too, and each head of this layer silenced. The effect is how much "
        "the logit of the next token, as predicted at the chosen one, falls.",
        "依次隐藏每个词元（对它自己也不可见），并依次关掉本层的每个头。影响是在所选词元处预测的下一个词元的 logit 下降多少。",
    ),
    "attention.effect_attention": ("attention", "注意力"),
    "attention.effect_logit": ("fall of the logit", "logit 的下降"),
    "attention.effect_cosine": ("turn of the vector", "向量的转动"),
    "attention.effect_heads": ("Without the head", "关掉这个头"),
    "attention.effect_correlation": (
        "Rank correlation of attention and effect: {rho}.",
        "注意力与影响的秩相关：{rho}。",
    ),
    "attention.effect_no_correlation": (
        "Too few different values for a rank correlation.",
        "不同的值太少，无法计算秩相关。",
    ),
    "attention.effect_prediction": (
        "Predicted next token: “{token}”.",
        "预测的下一个词元：“{token}”。",
    ),
    "attention.effect_left_out": (
        "The text is long: {count} tokens with less attention were not hidden, and the correlation is over those shown.",
        "文字较长：注意力较小的 {count} 个词元没有隐藏，秩相关只计算所列的词元。",
    ),
    "attention.hand_note": (
        "Change any number, or the words, and follow it through. Scores are QKᵀ; the rest is the same as in the model.",
        "改动任何一个数或词，看看结果如何变化。得分是 QKᵀ；其余与模型中相同。",
    ),
    "attention.hand_words": ("Words", "词"),
    "attention.hand_causal": ("causal mask", "因果掩码"),
    "attention.hand_reset": ("Start again", "重新开始"),
    "attention.hand_products": ("Q Kᵀ", "Q Kᵀ"),
    "attention.hand_scaled": ("÷ √{size}", "÷ √{size}"),
    "attention.hand_masked": (" + mask", " + 掩码"),
    "attention.hand_weights": ("softmax", "softmax（归一）"),
    "attention.hand_output": ("weights · V", "权重 · V"),
    "attention.positions": ("Positions as waves", "位置编码"),
    "attention.positions_note": (
        "Attention itself knows no order. The first transformer added these waves to the words: a row for each of 64 positions, "
        "a column for each of 64 numbers; blue is +1, orange −1.",
        "注意力本身不知道顺序。最早的 Transformer 把这些波加到词上：64 个位置各一行，64 个数各一列；蓝色为 +1，橙色为 −1。",
    ),
    "attention.pieces_note": (
        "How the tokenizer cut the text: each token, its number in the vocabulary, and the characters it covers. "
        "Some characters take several tokens; those are counted 1/3, 2/3, 3/3.",
        "分词器如何切分文字：每个词元、它在词表中的编号，以及它覆盖的字符。有的字符要用几个词元，记作 1/3、2/3、3/3。",
    ),
    "attention.piece_number": ("No.", "序号"),
    "attention.piece_vocabulary": ("In the vocabulary", "词表写法"),
    "attention.piece_id": ("Id", "编号"),
    "attention.piece_characters": ("Characters", "字符"),
    "attention.piece_special": ("special", "特殊"),
}

_OFF_STAGE = (
    *("text", "kind", "run", "second", "empty", "example", "explain"),
    *("tokens", "layers", "heads", "forward_seconds"),  # on the run card
)
ON_STAGE = tuple(
    name
    for name in (key.removeprefix("attention.") for key in TEXTS)
    if name.split(".")[0] not in _OFF_STAGE
)
