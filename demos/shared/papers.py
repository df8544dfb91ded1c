"""The papers that the explanations name: authors, year of publication and title, and where to
read them."""

from __future__ import annotations

PAPERS: dict[str, tuple[str, str]] = {
    "attention": (
        "Vaswani, Shazeer, Parmar et al. (2017): Attention Is All You Need",
        "https://arxiv.org/abs/1706.03762",
    ),
    "not_explanation": (
        "Jain and Wallace (2019): Attention is not Explanation",
        "https://arxiv.org/abs/1902.10186",
    ),
    "not_not": (
        "Wiegreffe and Pinter (2019): Attention is not not Explanation",
        "https://arxiv.org/abs/1908.04626",
    ),
    "rollout": (
        "Abnar and Zuidema (2020): Quantifying Attention Flow in Transformers",
        "https://arxiv.org/abs/2005.00928",
    ),
    "lens": (
        "nostalgebraist (2020): interpreting GPT: the logit lens",
        "https://www.lesswrong.com/posts/AcKRB8wDpdaN6v6ru/interpreting-gpt-the-logit-lens",
    ),
    "bpe": (
        "Sennrich, Haddow and Birch (2016): Neural Machine Translation of Rare Words with Subword "
        "Units",
        "https://arxiv.org/abs/1508.07909",
    ),
    "neural_lm": (
        "Bengio, Ducharme, Vincent and Jauvin (2003): A Neural Probabilistic Language Model",
        "https://www.jmlr.org/papers/v3/bengio03a.html",
    ),
    "nucleus": (
        "Holtzman, Buys, Du, Forbes and Choi (2020): The Curious Case of Neural Text Degeneration",
        "https://arxiv.org/abs/1904.09751",
    ),
    "scaling": (
        "Kaplan, McCandlish, Henighan et al. (2020): Scaling Laws for Neural Language Models",
        "https://arxiv.org/abs/2001.08361",
    ),
    "smollm": (
        "Ben Allal, Lozhkov, Bakouch et al. (2025): SmolLM2: When Smol Goes Big – Data-Centric "
        "Training of a Small Language Model",
        "https://arxiv.org/abs/2502.02737",
    ),
    "lora": (
        "Hu, Shen, Wallis et al. (2022): LoRA: Low-Rank Adaptation of Large Language Models",
        "https://arxiv.org/abs/2106.09685",
    ),
    "integrated": (
        "Sundararajan, Taly and Yan (2017): Axiomatic Attribution for Deep Networks",
        "https://arxiv.org/abs/1703.01365",
    ),
    "eraser": (
        "DeYoung, Jain, Rajani et al. (2020): ERASER: A Benchmark to Evaluate Rationalized NLP "
        "Models",
        "https://arxiv.org/abs/1911.03429",
    ),
    "zero_shot": (
        "Yin, Hay and Roth (2019): Benchmarking Zero-shot Text Classification: Datasets, "
        "Evaluation and Entailment Approach",
        "https://arxiv.org/abs/1909.00161",
    ),
    "e5": (
        "Wang, Yang, Huang et al. (2024): Multilingual E5 Text Embeddings: A Technical Report",
        "https://arxiv.org/abs/2402.05672",
    ),
    "sbert": (
        "Reimers and Gurevych (2019): Sentence-BERT: Sentence Embeddings using Siamese "
        "BERT-Networks",
        "https://arxiv.org/abs/1908.10084",
    ),
    "contrast": (
        "Gardner, Artzi, Basmov et al. (2020): Evaluating Models' Local Decision Boundaries via "
        "Contrast Sets",
        "https://arxiv.org/abs/2004.02709",
    ),
    "bias": (
        "Kiritchenko and Mohammad (2018): Examining Gender and Race Bias in Two Hundred Sentiment "
        "Analysis Systems",
        "https://arxiv.org/abs/1805.04508",
    ),
    "calibration": (
        "Guo, Pleiss, Sun and Weinberger (2017): On Calibration of Modern Neural Networks",
        "https://arxiv.org/abs/1706.04599",
    ),
    "bert": (
        "Devlin, Chang, Lee and Toutanova (2019): BERT: Pre-training of Deep Bidirectional "
        "Transformers for Language Understanding",
        "https://arxiv.org/abs/1810.04805",
    ),
    "multimodal": (
        "Baltrušaitis, Ahuja and Morency (2019): Multimodal Machine Learning: A Survey and "
        "Taxonomy",
        "https://arxiv.org/abs/1705.09406",
    ),
    "clip": (
        "Radford, Kim, Hallacy et al. (2021): Learning Transferable Visual Models From Natural "
        "Language Supervision (CLIP)",
        "https://arxiv.org/abs/2103.00020",
    ),
    "cpc": (
        "van den Oord, Li and Vinyals (2018): Representation Learning with Contrastive Predictive "
        "Coding",
        "https://arxiv.org/abs/1807.03748",
    ),
    "pca": (
        "Pearson (1901): On Lines and Planes of Closest Fit to Systems of Points in Space",
        "https://doi.org/10.1080/14786440109462720",
    ),
    "mikolov": (
        "Mikolov, Yih and Zweig (2013): Linguistic Regularities in Continuous Space Word "
        "Representations",
        "https://aclanthology.org/N13-1090/",
    ),
    "gap": (
        "Liang, Zhang, Kwon, Yeung and Zou (2022): Mind the Gap: Understanding the Modality Gap in "
        "Multi-modal Contrastive Representation Learning",
        "https://arxiv.org/abs/2203.02053",
    ),
    "flow": (
        "Lipman, Chen, Ben-Hamu, Nickel and Le (2023): Flow Matching for Generative Modeling",
        "https://arxiv.org/abs/2210.02747",
    ),
    "rectified": (
        "Liu, Gong and Liu (2023): Flow Straight and Fast: Learning to Generate and Transfer Data "
        "with Rectified Flow",
        "https://arxiv.org/abs/2209.03003",
    ),
    "guidance": (
        "Ho and Salimans (2022): Classifier-Free Diffusion Guidance",
        "https://arxiv.org/abs/2207.12598",
    ),
    "daam": (
        "Tang, Liu, Pandey et al. (2023): What the DAAM: Interpreting Stable Diffusion Using Cross "
        "Attention",
        "https://arxiv.org/abs/2210.04885",
    ),
    "diffedit": (
        "Couairon, Verbeek, Schwenk and Cord (2023): DiffEdit: Diffusion-based semantic image "
        "editing with mask guidance",
        "https://arxiv.org/abs/2210.11427",
    ),
    "prompt": (
        "Hertz, Mokady, Tenenbaum et al. (2023): Prompt-to-Prompt Image Editing with Cross "
        "Attention Control",
        "https://arxiv.org/abs/2208.01626",
    ),
    "slerp": (
        "Shoemake (1985): Animating Rotation with Quaternion Curves",
        "https://doi.org/10.1145/325165.325242",
    ),
    "show_tell": (
        "Vinyals, Toshev, Bengio and Erhan (2015): Show and Tell: A Neural Image Caption Generator",
        "https://arxiv.org/abs/1411.4555",
    ),
    "gradcam": (
        "Selvaraju, Cogswell, Das et al. (2017): Grad-CAM: Visual Explanations from Deep Networks "
        "via Gradient-based Localization",
        "https://arxiv.org/abs/1610.02391",
    ),
    "clipscore": (
        "Hessel, Holtzman, Forbes, Le Bras and Choi (2021): CLIPScore: A Reference-free Evaluation "
        "Metric for Image Captioning",
        "https://arxiv.org/abs/2104.08718",
    ),
    "video": (
        "Venugopalan, Rohrbach, Donahue et al. (2015): Sequence to Sequence – Video to Text",
        "https://arxiv.org/abs/1505.00487",
    ),
    "beam": (
        "Meister, Cotterell and Vieira (2020): If Beam Search Is the Answer, What Was the "
        "Question?",
        "https://aclanthology.org/2020.emnlp-main.170",
    ),
    "cyclegan": (
        "Zhu, Park, Isola and Efros (2017): Unpaired Image-to-Image Translation using "
        "Cycle-Consistent Adversarial Networks",
        "https://arxiv.org/abs/1703.10593",
    ),
}
