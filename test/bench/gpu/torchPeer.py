"""Images a second of DINOv3 in transformers on PyTorch, from JPEG files to CLS vectors: MODEL IMAGES PRECISION SIDE."""

import json
import os
import sys
import time

import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2
from transformers import AutoModel

model_folder, image_folder, precision, side = sys.argv[1:]
dtype = torch.float16 if precision == "float16" else torch.float32
# As a user has it who wants the weights' own numbers: without TF32, which is float32 in name only.
torch.set_float32_matmul_precision("highest")


class Files(Dataset):
    def __init__(self):
        self.paths = sorted(os.path.join(image_folder, name) for name in os.listdir(image_folder))
        self.transform = v2.Compose(
            [
                v2.ToImage(),
                v2.Resize((int(side), int(side)), antialias=True),
                v2.ToDtype(torch.float32, scale=True),
                v2.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
            ]
        )

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return self.transform(Image.open(self.paths[index]).convert("RGB"))


def embed(model, files):
    loader = DataLoader(files, batch_size=64, num_workers=os.cpu_count() - 1, pin_memory=True)
    with torch.inference_mode():
        rows = [model(pixel_values=batch.cuda(non_blocking=True).to(dtype)).pooler_output.float().cpu() for batch in loader]
    return torch.cat(rows)


if __name__ == "__main__":
    model = AutoModel.from_pretrained(model_folder, dtype=dtype).cuda().eval()
    files = Files()
    embed(model, torch.utils.data.Subset(files, range(min(len(files), 256))))
    start = time.perf_counter()
    vectors = embed(model, files)
    torch.cuda.synchronize()
    seconds = time.perf_counter() - start
    print(json.dumps({"images": len(files), "imagesPerSecond": round(len(files) / seconds, 1)}))
