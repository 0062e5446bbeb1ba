import type { VitConfig } from './modelConfig.ts';

/** Factors of the rotary position embedding for one input size, each of shape [tokens, head size]. */
export interface RotaryTables {
  readonly tokens: number;
  readonly cos: Float32Array;
  /** sin with the sign of the half rotation: q' = q · cos + [q₂, q₁] · signedSin. */
  readonly signedSin: Float32Array;
}

/**
 * DINOv3's rotary tables for `height` × `width` pixels. Patch centers run over (−1, 1) on each axis by its own length;
 * angles are 2π · [y·f, x·f] with f[j] = θ^(−4j/d), j < d/4, tiled twice (DINOv3, Siméoni et al. 2025, and its public
 * code). CLS and registers keep their place: cos 1, sin 0.
 */
export function rotaryTables(config: VitConfig, height: number, width: number): RotaryTables {
  const headSize = config.hiddenSize / config.heads;
  const quarter = headSize / 4;
  const [rows, columns] = [Math.floor(height / config.patchSize), Math.floor(width / config.patchSize)];
  const prefix = 1 + config.registers;
  const tokens = prefix + rows * columns;
  const cos = new Float32Array(tokens * headSize).fill(1);
  const signedSin = new Float32Array(tokens * headSize);
  const frequencies = Float64Array.from({ length: quarter }, (_, j) => config.ropeTheta ** ((-4 * j) / headSize));
  for (let row = 0; row < rows; row++) {
    const y = (2 * (row + 0.5)) / rows - 1;
    for (let column = 0; column < columns; column++) {
      const x = (2 * (column + 0.5)) / columns - 1;
      const at = (prefix + row * columns + column) * headSize;
      for (let j = 0; j < 2 * quarter; j++) {
        const angle = 2 * Math.PI * (j < quarter ? y * frequencies[j] : x * frequencies[j - quarter]);
        cos[at + j] = cos[at + 2 * quarter + j] = Math.cos(angle);
        signedSin[at + j] = -Math.sin(angle);
        signedSin[at + 2 * quarter + j] = Math.sin(angle);
      }
    }
  }
  return { tokens, cos, signedSin };
}
