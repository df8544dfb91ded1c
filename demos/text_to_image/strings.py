"""Texts of the text-to-image tab."""

ON_STAGE = (  # what the browser's script says (assets/web/text_to_image/)
    "step_of", "step", "finished_picture", "play", "pause", "whole", "this_step", "rest", "here",
    "everywhere", "no_word", "between_cells", "save_as", "picture_label", "picture_number", "film_label",
    "was", "word_hint", "stopped", "difference", "difference_hint", "way", "drawing_now",
)  # fmt: skip

TEXTS: dict[str, tuple[str, str]] = {
    "text_to_image.view": ("What to do", "做什么"),
    "text_to_image.view.draw": ("Draw", "作画"),
    "text_to_image.view.grid": ("Compare settings", "比较设置"),
    "text_to_image.view.swap": ("Swap a word", "换一个词"),
    "text_to_image.view.between": ("In between", "之间"),
    "text_to_image.prompt": ("Prompt", "提示词"),
    "text_to_image.prompt.placeholder": ("What should be drawn?", "要画什么？"),
    "text_to_image.draw.run": ("Draw", "作画"),
    "text_to_image.draw.empty": (
        "<b>Watch a picture come out of noise</b>Say what to draw, or try one of the examples. "
        "You will see each step, and which word did what.",
        "<b>看一张图如何从噪声中浮现</b>说出要画的内容，或试试下面的例子。你会看到每一步，以及每个词的作用。",
    ),
    "text_to_image.negative": ("Negative prompt", "反向提示词"),
    "text_to_image.negative.info": (
        "What the picture should lead away from.",
        "希望画面避开的内容。",
    ),
    "text_to_image.style": ("Style", "风格"),
    "text_to_image.style.": ("The model's own", "模型自带"),
    "text_to_image.style.noto": ("Drawn", "手绘"),
    "text_to_image.style.3d": ("3D", "三维"),
    "text_to_image.style.flat": ("Flat", "扁平"),
    "text_to_image.own": ("The model's own", "模型自带"),
    "text_to_image.steps": ("Steps", "步数"),
    "text_to_image.steps.info": (
        "From noise to picture: 1 to 50. Few are rough and fast.",
        "从噪声到画面：1 到 50。步数少则快而粗糙。",
    ),
    "text_to_image.guidance": ("Guidance", "引导强度"),
    "text_to_image.guidance.info": (
        "How hard each step pulls towards the prompt: 0 to 20.",
        "每一步向提示词靠拢的力度：0 到 20。",
    ),
    "text_to_image.seed": ("Seed", "随机种子"),
    "text_to_image.seed.info": (
        "The same seed is the same noise, and the same picture. Empty: a new one each time.",
        "相同的种子就是相同的噪声和相同的画。留空则每次都是新的。",
    ),
    "text_to_image.size": ("Size", "尺寸"),
    "text_to_image.size.info": (
        "Pixels on a side; the bundled painter knows 64 alone.",
        "边长的像素数；内置模型只会画 64。",
    ),
    "text_to_image.count": ("Pictures", "张数"),
    "text_to_image.count.info": (
        "Each with the seed after the last one's.",
        "每张的种子依次加一。",
    ),
    "text_to_image.rows": ("Rows", "行"),
    "text_to_image.columns": ("Columns", "列"),
    "text_to_image.row_values": ("Their values", "各行的取值"),
    "text_to_image.column_values": ("Their values", "各列的取值"),
    "text_to_image.values.info": (
        "With commas between them, six at most.",
        "用逗号分隔，最多六个。",
    ),
    "text_to_image.axis.seed": ("Seed", "随机种子"),
    "text_to_image.axis.guidance": ("Guidance", "引导强度"),
    "text_to_image.axis.steps": ("Steps", "步数"),
    "text_to_image.axis.style": ("Style", "风格"),
    "text_to_image.axis.word": ("A word, where the prompt has {}", "词语（提示词中写 {} 处）"),
    "text_to_image.axis.prompt": ("Prompt", "提示词"),
    "text_to_image.word": ("This word", "这个词"),
    "text_to_image.other": ("becomes", "换成"),
    "text_to_image.swap.info": (
        "Everything else stays: the noise, the settings, the other words.",
        "其余一切不变：噪声、设置和其他词。",
    ),
    "text_to_image.between": ("Between", "在什么之间"),
    "text_to_image.between.prompts": ("two prompts", "两个提示词"),
    "text_to_image.between.seeds": ("two seeds", "两个种子"),
    "text_to_image.second": ("The other prompt", "另一个提示词"),
    "text_to_image.second_seed": ("The other seed", "另一个种子"),
    "text_to_image.frames": ("Pictures on the way", "途中的张数"),
    "text_to_image.recipe": ("Draw a saved picture again", "重画保存过的图"),
    "text_to_image.recipe.info": (
        "A PNG that was saved here carries its recipe: drop it, and the form is filled as it was.",
        "在这里保存的 PNG 带有配方：拖入即可恢复当时的表单。",
    ),
    "text_to_image.recipe.filled": (
        "Filled in from the recipe in this file: the same picture is drawn again.",
        "已按文件中的配方填好表单：将画出同一张图。",
    ),
    "text_to_image.file": ("Picture", "图片"),
    "text_to_image.stopped": (
        "Stopped after {step} of {steps} steps.",
        "在第 {step} 步（共 {steps} 步）停止。",
    ),
    "text_to_image.deadline": (
        "The time was up after {step} of {steps} steps.",
        "时间用完，停在第 {step} 步（共 {steps} 步）。",
    ),
    "text_to_image.half_grid": (
        "Stopped early: {done} of {total} pictures are drawn.",
        "提前停止：{total} 张中已画 {done} 张。",
    ),
    "text_to_image.seconds_per_picture": ("seconds a picture", "秒/张"),
    "text_to_image.pictures": ("pictures", "张图"),
    "text_to_image.finished": ("How it ended", "结束方式"),
    "text_to_image.step_of": ("Step {step} of {steps}", "第 {step} 步，共 {steps} 步"),
    "text_to_image.step": ("Step", "步"),
    "text_to_image.drawing_now": (
        "What the model now expects the picture to be",
        "模型此刻预计的画面",
    ),
    "text_to_image.was": ("What it expected after step {step}", "第 {step} 步之后它预计的画面"),
    "text_to_image.finished_picture": ("The finished picture", "完成的画"),
    "text_to_image.play": ("Play", "播放"),
    "text_to_image.pause": ("Pause", "暂停"),
    "text_to_image.whole": ("All steps", "所有步"),
    "text_to_image.this_step": ("This step", "这一步"),
    "text_to_image.rest": ("(no word)", "（非词语）"),
    "text_to_image.here": ("At the pointer, the picture looked at", "在指针处，画面看向"),
    "text_to_image.everywhere": ("Over the whole picture, it looked at", "整张画面看向"),
    "text_to_image.no_word": (
        "Start and end marks, punctuation and padding",
        "起止标记、标点与填充",
    ),
    "text_to_image.word_hint": (
        "Point at a word, and where it acted lights up. Point at the picture, and its words rank.",
        "指向一个词，它起作用的地方会亮起；指向画面，词语会排出先后。",
    ),
    "text_to_image.between_cells": (
        "“{word}”: {low} to {high} of the attention, over {cells} x {cells} cells",
        "“{word}”：占注意力的 {low} 到 {high}，共 {cells} x {cells} 格",
    ),
    "text_to_image.save_as": ("Save", "保存"),
    "text_to_image.picture_label": ("The picture that was drawn: {prompt}", "画出的图：{prompt}"),
    "text_to_image.picture_number": (
        "Picture {number}, seed {seed}",
        "第 {number} 张，种子 {seed}",
    ),
    "text_to_image.film_label": ("Steps of the drawing", "作画的各步"),
    "text_to_image.difference": ("What changed", "改变之处"),
    "text_to_image.difference_hint": ("The darker, the more a pixel changed", "越深表示改变越大"),
    "text_to_image.way": ("{share} of the way", "路程的 {share}"),
    "text_to_image.example.heart": ("A red heart", "一颗红心"),
    "text_to_image.example.apple": ("A green apple, in 3D", "三维的青苹果"),
    "text_to_image.example.four": ("Four rockets", "四枚火箭"),
    "text_to_image.example.grid": ("What guidance does", "引导强度的作用"),
    "text_to_image.example.swap": ("From red to blue", "从红到蓝"),
    "text_to_image.example.between": ("From sun to moon", "从太阳到月亮"),
    "text_to_image.explain": (
        "The picture starts as **noise**: random numbers, drawn from the seed. At each step a network looks at the "
        "noisy picture and at the prompt, and says what picture it expects under the noise. That guess is what you "
        "see; a little noise is taken away towards it, and the next step looks again. Early guesses are blurred, "
        "because many pictures are still possible.\n\n"
        "**Guidance** asks twice at each step, with and without the prompt, and goes further in the direction that "
        "the prompt made. Too much of it overdoes colours and shapes.\n\n"
        "**Words to pixels**: at each step every cell of the picture shares out its attention over the tokens of the "
        "prompt; the shares of all tokens sum to 1. A word's map is the sum over its tokens, averaged over heads and "
        "layers (DAAM, Tang et al. 2022). It shows where the network looked at a word, which is not always where the "
        "thing was drawn. Marks around the prompt take a large share: they are “(no word)”.\n\n"
        "**The recipe** (model, prompt, seed, steps, guidance, size) is inside the saved PNG. The noise is drawn on "
        "the CPU, so the same recipe is the same picture again.",
        "画面从**噪声**开始：由种子产生的随机数。每一步，网络看着带噪声的画面和提示词，说出它预计噪声之下是什么画。"
        "你看到的就是这个猜测；噪声朝它减去一点，下一步再看。早期的猜测是模糊的，因为还有许多可能。\n\n"
        "**引导**在每一步问两次：有提示词和没有提示词，然后沿着提示词造成的方向走得更远。过强会让颜色和形状夸张。\n\n"
        "**从词到像素**：每一步，画面的每个格子把注意力分给提示词的各个词元，总和为 1。"
        "一个词的图是其词元之和，在注意力头和层上取平均（DAAM，Tang 等，2022）。"
        "它显示网络在哪里看向这个词，但不一定是画出该物的地方。提示词前后的标记占很大份额，即“（非词语）”。\n\n"
        "**配方**（模型、提示词、种子、步数、引导、尺寸）保存在 PNG 中。噪声在 CPU 上产生，因此同样的配方会得到同一张图。",
    ),
    "onward.captioning": ("Describe this picture", "描述这张图"),
    "onward.image_search": ("Find its like", "寻找相似的图"),
    "onward.text_to_image": ("Draw something like it", "画类似的图"),
}
