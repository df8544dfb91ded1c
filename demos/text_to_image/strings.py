"""Texts of the text-to-image tab."""

ON_STAGE = (  # sent to the page's scripts (assets/web/text_to_image)
    "step_of", "step", "finished_picture", "play", "pause", "whole", "this_step", "rest", "here",
    "everywhere", "no_word", "between_cells", "here_changed", "everywhere_changed", "unchanged",
    "between_cells_changed", "save_as", "picture_label", "picture_number", "film_label",
    "was", "word_hint", "noise_alone", "noisy_was", "guess", "noisy", "which_film", "stopped", "difference", "difference_hint", "way", "drawing_now",
)  # fmt: skip

TEXTS: dict[str, tuple[str, str]] = {
    "tab.text_to_image": ("Text to image", "文生图"),
    "text_to_image.view": ("What to do", "要做什么"),
    "text_to_image.view.draw": ("Draw", "画图"),
    "text_to_image.view.grid": ("Compare settings", "对比设置"),
    "text_to_image.view.swap": ("Swap a word", "换一个词"),
    "text_to_image.view.between": ("In between", "渐变"),
    "text_to_image.prompt": ("Prompt", "提示词"),
    "text_to_image.prompt.placeholder": ("What should be drawn?", "要画什么？"),
    "text_to_image.draw.run": ("Draw", "画图"),
    "text_to_image.draw.empty": (
        "<b>Watch a picture come out of noise</b>Say what to draw, or try one of the examples. "
        "You will see each step, and where each word acts.",
        "<b>看一张图如何从噪声中浮现</b>写下想画的内容，或者试试下面的例子。你会看到每一步的画面，以及每个词起了什么作用。",
    ),
    "text_to_image.negative": ("Negative prompt", "反向提示词"),
    "text_to_image.negative.info": (
        "What the picture should not look like.",
        "不希望在画面中出现的内容。",
    ),
    "text_to_image.style": ("Style", "风格"),
    "text_to_image.style.": ("The model's default", "模型默认"),
    "text_to_image.style.noto": ("Drawn", "手绘"),
    "text_to_image.style.3d": ("3D", "三维"),
    "text_to_image.style.flat": ("Flat", "扁平"),
    "text_to_image.own": ("The model's default", "模型默认"),
    "text_to_image.steps": ("Steps", "步数"),
    "text_to_image.steps.info": (
        "From noise to picture, 1 to 50. Fewer steps are faster and rougher.",
        "从噪声到画面，1 到 50 步。步数越少越快，也越粗糙。",
    ),
    "text_to_image.guidance": ("Guidance", "引导强度"),
    "text_to_image.guidance.info": (
        "How hard each step pulls towards the prompt, 0 to 20.",
        "每一步向提示词靠拢的力度，0 到 20。",
    ),
    "text_to_image.seed": ("Seed", "随机种子"),
    "text_to_image.seed.info": (
        "The same seed gives the same noise, and so the same picture. Empty: a new one each time.",
        "种子相同，噪声就相同，画出的图也相同。留空则每次都换新的。",
    ),
    "text_to_image.size": ("Size", "尺寸"),
    "text_to_image.size.info": (
        "Pixels on a side. The bundled painter draws only 64.",
        "边长，以像素为单位。内置模型只能画 64 像素的图。",
    ),
    "text_to_image.count": ("Pictures", "张数"),
    "text_to_image.count.info": (
        "Each one uses the next seed.",
        "每张图的种子依次加一。",
    ),
    "text_to_image.rows": ("Rows", "行"),
    "text_to_image.columns": ("Columns", "列"),
    "text_to_image.row_values": ("Values", "各行的取值"),
    "text_to_image.column_values": ("Values", "各列的取值"),
    "text_to_image.values.info": (
        "Separated by commas, six at most.",
        "用逗号、顿号或分号分隔，最多六个。",
    ),
    "text_to_image.axis.seed": ("Seed", "随机种子"),
    "text_to_image.axis.guidance": ("Guidance", "引导强度"),
    "text_to_image.axis.steps": ("Steps", "步数"),
    "text_to_image.axis.style": ("Style", "风格"),
    "text_to_image.axis.word": ("A word, where the prompt has {}", "词语（填入提示词中的 {}）"),
    "text_to_image.axis.prompt": ("Prompt", "提示词"),
    "text_to_image.word": ("This word", "把这个词"),
    "text_to_image.other": ("becomes", "换成"),
    "text_to_image.swap.info": (
        "Everything else stays the same: the noise, the settings, the other words.",
        "其他一切不变：噪声、设置和其余的词。",
    ),
    "text_to_image.between": ("Between", "渐变的两端"),
    "text_to_image.between.prompts": ("two prompts", "两个提示词"),
    "text_to_image.between.seeds": ("two seeds", "两个种子"),
    "text_to_image.second": ("The other prompt", "另一个提示词"),
    "text_to_image.second_seed": ("The other seed", "另一个种子"),
    "text_to_image.frames": ("Frames", "帧数"),
    "text_to_image.recipe": ("Draw a saved picture again", "重画已保存的图"),
    "text_to_image.recipe.info": (
        "A PNG saved here carries its recipe: drop it here to restore the form.",
        "在这里保存的 PNG 带有配方，拖进来即可恢复当时的表单。",
    ),
    "text_to_image.recipe.filled": (
        "Filled in from the recipe in this file. The same picture is being drawn again.",
        "已按文件中的配方填好表单，正在重画同一张图。",
    ),
    "text_to_image.recipe.other_weights": (
        "Filled in from the recipe in this file, which other weights of {model} drew: the picture will differ.",
        "已按文件中的配方填好表单；原图由 {model} 的另一版权重画出，这次画的会有所不同。",
    ),
    "text_to_image.file": ("Picture", "图片"),
    "text_to_image.stopped": (
        "Stopped after {step} of {steps} steps.",
        "已停在第 {step} 步（共 {steps} 步）。",
    ),
    "text_to_image.deadline": (
        "Time ran out after {step} of {steps} steps.",
        "时间到，停在第 {step} 步（共 {steps} 步）。",
    ),
    "text_to_image.half_grid": (
        "Stopped early: {done} of {total} pictures are drawn.",
        "提前停止：共 {total} 张，已画 {done} 张。",
    ),
    "text_to_image.seconds_per_picture": ("seconds per picture", "秒/张"),
    "text_to_image.pictures": ("pictures", "张图"),
    "text_to_image.finished": ("How it ended", "结束方式"),
    "text_to_image.step_of": ("Step {step} of {steps}", "第 {step} 步，共 {steps} 步"),
    "text_to_image.step": ("Step", "步"),
    "text_to_image.drawing_now": (
        "The picture that the model now predicts",
        "模型此刻预测的画面",
    ),
    "text_to_image.was": ("The prediction after step {step}", "第 {step} 步之后预测的画面"),
    "text_to_image.noise_alone": (
        "The noise that the drawing starts from",
        "画图由此开始的噪声",
    ),
    "text_to_image.noisy_was": (
        "The noisy picture after step {step}",
        "第 {step} 步之后带噪声的画面",
    ),
    "text_to_image.which_film": ("What to see at each step", "每一步看什么"),
    "text_to_image.guess": ("The prediction", "预测的画面"),
    "text_to_image.noisy": ("The noisy picture", "带噪声的画面"),
    "text_to_image.finished_picture": ("The finished picture", "完成的图"),
    "text_to_image.play": ("Play", "播放"),
    "text_to_image.pause": ("Pause", "暂停"),
    "text_to_image.whole": ("All steps", "所有步骤"),
    "text_to_image.this_step": ("This step", "这一步"),
    "text_to_image.rest": ("(no word)", "（非词语）"),
    "text_to_image.here": ("At the pointer, the picture attends to", "指针所在处关注的词"),
    "text_to_image.everywhere": ("Over the whole picture, it attends to", "整张画面关注的词"),
    "text_to_image.no_word": (
        "What stands around the prompt; punctuation",
        "提示词前后的词元、标点",
    ),
    "text_to_image.word_hint": (
        "Point at a word to light up where it acts. Point at the picture to rank the words there.",
        "指向一个词，它起作用的地方会亮起；指向画面，会列出该处的词及其排名。",
    ),
    "text_to_image.between_cells": (
        "“{word}”: {low} to {high} of the attention, over {cells} x {cells} cells",
        "“{word}”：占注意力的 {low} 到 {high}，共 {cells} x {cells} 格",
    ),
    "text_to_image.here_changed": (
        "At the pointer, the prompt acts through",
        "指针处，提示词通过这些词起作用",
    ),
    "text_to_image.everywhere_changed": (
        "Over the whole picture, the prompt acts through",
        "在整张画面上，提示词通过这些词起作用",
    ),
    "text_to_image.unchanged": (
        "At the pointer, the prompt changes next to nothing",
        "指针处，提示词几乎没有改变什么",
    ),
    "text_to_image.between_cells_changed": (
        "“{word}”: {low} to {high} of a step's strongest change, over {cells} x {cells} cells",
        "“{word}”：占每一步最大变化的 {low} 到 {high}，共 {cells} x {cells} 格",
    ),
    "text_to_image.save_as": ("Save", "保存"),
    "text_to_image.picture_label": (
        "The picture drawn for: {prompt}",
        "按提示词画出的图：{prompt}",
    ),
    "text_to_image.picture_number": (
        "Picture {number}, seed {seed}",
        "第 {number} 张，种子 {seed}",
    ),
    "text_to_image.film_label": ("Steps of the drawing", "画图的步骤"),
    "text_to_image.difference": ("What changed", "变化之处"),
    "text_to_image.difference_hint": (
        "The darker a pixel, the more it changed",
        "颜色越深，变化越大",
    ),
    "text_to_image.way": ("{share} of the way", "渐变进度 {share}"),
    "text_to_image.example.heart": ("A red heart", "一颗红心"),
    "text_to_image.example.apple": ("A green apple, in 3D", "三维青苹果"),
    "text_to_image.example.four": ("Four rockets", "四枚火箭"),
    "text_to_image.example.grid": ("What guidance does", "引导强度有什么用"),
    "text_to_image.example.swap": ("From red to blue", "红色换成蓝色"),
    "text_to_image.example.between": ("From sun to moon", "从太阳到月亮"),
    "text_to_image.example.chinese": ("In Chinese: a blue apple", "用中文画：蓝色的苹果"),
    "text_to_image.explain.draw": (
        "A picture that forms out of [[noise]] in its [[latent]] space: what you see at "
        "each step is the finished picture as the model predicts it then, and where each "
        "word acted.\n\n"
        "That a word alone caused what stands where its map is bright: attention is where the "
        "network looked, and a change is the whole prompt's. The prediction of an early step is an average of many pictures, "
        "not a sketch.",
        "一张图在[[latent|潜空间]]里从[[noise|噪声]]中成形：每一步看到的"
        "，是模型此刻预测的成品，以及每个词在哪里起了作用。\n\n"
        "热力图亮的地方就是由这一个词画出来的：注意力只说明网络看了哪里，变化则来自整条提示词。早期一步的预测是许多可"
        "能画面的平均，不是草图。",
    ),
    "text_to_image.explain.settings": (
        "One setting down, another across, and the same [[noise]] in each row or column "
        "where the seed is the same: what differs comes from the setting. "
        "[[guidance|Guidance]] 0 ignores the prompt.\n\n"
        "The best setting: one seed is one picture, and another may prefer other numbers.",
        "一个设置沿行变，另一个沿列变；种子相同处[[noise|噪声]]也相同，所以差别来自"
        "设置。[[guidance|引导]]为 0 时不理会提示词。\n\n"
        "最好的设置：一个种子只是一张图，换一个可能适合别的数值。",
    ),
    "text_to_image.explain.swap": (
        "The same noise with one word changed, and the pixels that the change has "
        "reached.\n\n"
        "What the word means to the model alone: it also changes the vectors of the "
        "words around it.",
        "同样的噪声，只换一个词，以及画面上变动所及的像素。\n\n"
        "这个词单独对模型意味着什么：它也会改变周围各词的向量。",
    ),
    "text_to_image.explain.between": (
        "Pictures between two prompts, whose vectors are mixed, or between two seeds, "
        "whose [[noise]] is turned from one into the other on a sphere.\n\n"
        "That halfway means something: the model has never learnt what lies between two "
        "prompts, and often jumps.",
        "两条提示词之间的画面（混合它们的向量），或两个种子之间的画面（在球面上把一份[[no"
        "ise|噪声]]转到另一份）。\n\n"
        "中间点有什么含义：模型从未学过两条提示词之间是什么，常常会突变。",
    ),
    "text_to_image.explain": (
        "The picture starts as **[[noise]]**: random numbers, determined by the seed. At each step a network takes the "
        "noisy picture and the prompt, and predicts the picture without the noise. This prediction is what you see "
        "(the switch under the picture shows the noisy picture instead); "
        "a little of the noise is removed towards it, and the next step predicts again. Early predictions can look "
        "finished already, yet the next ones may differ: many pictures are still possible.\n\n"
        "**[[guidance|Guidance]]** predicts twice at each step, with and without the prompt, and goes further in the direction of "
        "the difference. Too much of it exaggerates colours and shapes.\n\n"
        "**Words to pixels**: at each step every cell of the picture distributes its attention over the [[token|tokens]] of "
        "the prompt; the weights sum to 1. A word's map is the sum over its tokens, averaged over heads and layers "
        "(DAAM, Tang et al. 2023). It shows where the network attended to a word, which is not always where the "
        "thing was drawn. The tokens around the prompt take a large part: they are “(no word)”. "
        "With the model that comes with the app, the weights (of 4 x 4 cells) are also multiplied by how much the "
        "prompt changes the prediction at a place: the squared difference of the two predictions of guidance (as in "
        "DiffEdit, Couairon et al. 2023), in shares of each step's strongest. White paper stays dark, and the words "
        "are ranked among themselves.\n\n"
        "**The recipe** (model, prompt, seed, steps, guidance, size) is inside the saved PNG. The noise is drawn on "
        "the CPU, so the same recipe gives the same picture again.",
        "画面从[[noise|噪声]]开始，也就是由种子决定的随机数。每一步，网络根据带噪声的画面和提示词，预测去掉噪声后的画面。"
        "你看到的就是这个预测（画面下方可以换成带噪声的画面）；画面朝它去掉一点噪声，下一步再预测一次。早期的预测看上去可能已经完整，但后面还会变：此时仍有很多种可能。\n\n"
        "[[guidance|引导]]是指每一步预测两次，一次有提示词，一次没有，然后沿着两者之差的方向多走一些。引导过强，颜色和形状会变得夸张。\n\n"
        "**从词到像素**：每一步，画面的每个格子把注意力分配给提示词的各个[[token|词元]]，权重之和为 1。"
        "一个词的热力图是它各个词元的权重之和，再对注意力头和层取平均（DAAM，Tang 等，2023）。"
        "它显示网络在哪里关注这个词，但这不一定就是画出该物体的地方。提示词前后的词元占了很大一部分，归为“（非词语）”。"
        "应用自带的模型还会把这些权重（4 x 4 格）乘以提示词在该处引起的变化，即引导的两次预测之差的平方"
        "（做法同 DiffEdit，Couairon 等，2023），以每一步的最大值为 1。因此白纸处保持黑暗，各个词只在彼此之间排名。\n\n"
        "**配方**（模型、提示词、种子、步数、引导强度、尺寸）保存在 PNG 里。噪声在 CPU 上产生，因此同样的配方会画出同一张图。",
    ),
    "send_to.captioning": ("Describe this picture", "描述这张图"),
    "send_to.image_search": ("Find similar pictures", "查找相似的图"),
    "send_to.text_to_image": ("Draw something like it", "画一张类似的图"),
}
