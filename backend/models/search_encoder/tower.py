"""The search encoder's image tower: EfficientNet-Lite0, two opinions on what it saw, and colours.

The first opinion needs no training: the classifier's ten likeliest ImageNet classes, each the
vector of its name, weighted by probability (ConSE, Norouzi et al. 2014). It knows photographs.
The second is a small learned network on features of several depths. It knows drawings, and counts
as far as the picture is like those (`familiarity.py`). The third asks the pixels which colours the
thing has (`colours.py`). Their sum is the answer; all live in MiniLM's space, so text needs no
projection.
"""

from typing import Any

import timm
import torch
from torch import Tensor, nn

from backend.models.search_encoder.colours import Colours
from backend.models.search_encoder.familiarity import Familiarity

SIDE = 224  # pixels
MEAN, DEVIATION = 127 / 255, 128 / 255  # that pixels come standardised with
WIDTH = 384  # MiniLM's vectors
CLASSES = 1000  # ImageNet's
COLOURS, FAMILIARITY = "colours.", "familiarity."  # what the names of their weights begin with
OWN_FILES = (COLOURS, FAMILIARITY)  # of weights that lie in files of their own
LIMIT = 4.0  # standard deviations: a feature beyond counts as there
DEPTHS = (24, 40, 80, 112, 192, 320)  # channels of the trunk's stages 1 to 6


class Trunk(nn.Module):
    """timm's `tf_efficientnet_lite0` with its classifier, giving features on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.net: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Pooled features [B, 1536] of all stages and the last map [B, 320, 7, 7]."""
        x = self.net.bn1(self.net.conv_stem(pictures))
        x = self.net.blocks[0](x)
        pooled = []
        for stage in self.net.blocks[1:]:
            x = stage(x)
            pooled += [x.mean((2, 3)), x.amax((2, 3))]
        return torch.cat(pooled, dim=1), x

    def cells(self, last: Tensor) -> Tensor:
        """The classifier's view of each cell: [B, 320, 7, 7] -> [B, 49, 1280]."""
        return self.net.bn2(self.net.conv_head(last)).flatten(2).transpose(1, 2)

    def classes(self, features: Tensor) -> Tensor:
        """ImageNet scores [..., 1000] of features [..., 1280]."""
        return self.net.classifier(features)


class ClassMixture(nn.Module):
    """ConSE: the mean of the likeliest classes' name vectors, weighted by probability."""

    names: Tensor  # [1000, 384]

    def __init__(self, top: int = 10):
        super().__init__()
        self.top = top
        self.register_buffer("names", torch.zeros(CLASSES, WIDTH))

    def forward(self, scores: Tensor) -> Tensor:
        """Vectors [..., 384] of ImageNet scores [..., 1000]."""
        probabilities, classes = scores.softmax(-1).topk(self.top, dim=-1)
        mixed = (probabilities.unsqueeze(-1) * self.names[classes]).sum(-2)
        return mixed / probabilities.sum(-1, keepdim=True)

    @property
    def shared(self) -> Tensor:
        """What all classes have in common, [384]: that they are photographs."""
        return self.names.mean(0)


class Drawings(nn.Module):
    """The learned opinion: two layers on standardised features, at length one."""

    mean: Tensor  # [F], as is `deviation`: of the training features
    deviation: Tensor

    def __init__(self, features: int, hidden: int = 512, dropout: float = 0.5):
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("deviation", torch.ones(features))
        self.layers = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(features, hidden),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, WIDTH),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Unit vectors [B, 384] of features [B, F]."""
        return nn.functional.normalize(self.layers(self.standard(features)), dim=-1)

    def standard(self, features: Tensor) -> Tensor:
        """Features [B, F] in standard deviations of those that were learnt."""
        return ((features - self.mean) / self.deviation).clamp(-LIMIT, LIMIT)


class PictureTower(nn.Module):
    """Pictures to vectors, as open_clip wants its `visual`."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.classes = ClassMixture()
        self.drawings = Drawings(2 * sum(DEPTHS) + 2 * 1280)
        self.familiarity = Familiarity()
        self.colours = Colours(MEAN, DEVIATION, WIDTH)

    def forward(self, pictures: Tensor) -> Tensor:
        """Vectors [B, 384] (not of length one) of pictures [B, 3, 224, 224]."""
        return self.vectors(*self.features(*self.trunk(pictures))) + self.colours(pictures)

    def features(self, pooled: Tensor, last: Tensor) -> tuple[Tensor, Tensor]:
        """All pooled features [B, 4096] and ImageNet scores [B, 1000] of what the trunk gave."""
        cells = self.trunk.cells(last)
        mean = cells.mean(1)
        return torch.cat([pooled, mean, cells.amax(1)], dim=1), self.trunk.classes(mean)

    def vectors(self, features: Tensor, scores: Tensor) -> Tensor:
        """Two opinions added, what it is without its colours: the one on drawings by how much the
        picture is like one, the mixture shorter where the classifier is unsure."""
        drawn = self.drawn_share(features).unsqueeze(-1)
        return self.weighed(drawn, self.drawings(features), self.classes(scores))

    def weighed(self, drawn: Tensor, drawings: Tensor, classes: Tensor) -> Tensor:
        """The sum [B, 384] of both opinions by the shares [B, 1] of a drawing. Alone, a mixture of
        many classes says "a photo" above all, and would answer any text with that word: what all
        classes share is left out with the opinion on drawings."""
        return drawn * drawings + classes - (1 - drawn) * self.classes.shared

    def as_drawings(self, features: Tensor, scores: Tensor) -> Tensor:
        """The same where all are known to be drawings."""
        return self.drawings(features) + self.classes(scores)

    def drawn_share(self, features: Tensor) -> Tensor:
        """How much the opinion on drawings counts, [B] from 0 to 1."""
        return self.familiarity(self.drawings.standard(features))

    def drawing_probability(self, features: Tensor) -> Tensor:
        """From 0 for a photograph to 1 for a drawing, [B]."""
        return self.familiarity.drawing_probability(self.drawings.standard(features))
