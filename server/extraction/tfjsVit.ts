import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ModelOutput, PixelShape } from './engines/engine.ts';
import type { FoldedBlock, FoldedVit } from './foldVit.ts';
import type { VitConfig } from './modelConfig.ts';
import { rotaryTables } from './rotaryTables.ts';
import { TfjsLayers, type LinearTensors, type NormTensors, type Tensorflow } from './tfjsLayers.ts';

interface BlockTensors {
  readonly norm1: NormTensors;
  readonly qkv: LinearTensors;
  readonly output: LinearTensors;
  readonly norm2: NormTensors;
  readonly gate: LinearTensors | null;
  readonly up: LinearTensors;
  readonly down: LinearTensors;
}
interface Sizes {
  readonly batch: number;
  readonly tokens: number;
}

/**
 * A vision transformer in TensorFlow.js operations, for any of its backends. Rows are tokens: activations are [B·T, D],
 * which keeps every linear layer one plain matrix product.
 */
export class TfjsVit {
  readonly #tf: Tensorflow;
  readonly #layers: TfjsLayers;
  readonly #config: VitConfig;
  readonly #output: ModelOutput;
  readonly #prefix: Tensor3D;
  readonly #patch: LinearTensors;
  readonly #blocks: BlockTensors[] = [];
  readonly #norm: NormTensors;
  readonly #rotary = new Map<string, { cos: Tensor4D; signedSin: Tensor4D }>();

  private constructor(tf: Tensorflow, model: FoldedVit, output: ModelOutput) {
    this.#tf = tf;
    this.#config = model.config;
    this.#output = output;
    const { hiddenSize: size, patchSize, registers, layerNormEpsilon } = model.config;
    this.#layers = new TfjsLayers(tf, layerNormEpsilon);
    this.#prefix = this.#layers.keep(tf.tensor3d(model.prefixTokens, [1, 1 + registers, size]));
    this.#patch = {
      weight: this.#layers.uploadTransposed<Tensor2D>(model.patchWeight, [size, 3 * patchSize * patchSize], [1, 0]),
      bias: this.#layers.keep(tf.tensor1d(model.patchBias)),
    };
    this.#norm = this.#layers.uploadNorm(model.norm);
  }

  /** Uploads the weights, block by block as they are read. */
  static async load(tf: Tensorflow, model: FoldedVit, output: ModelOutput): Promise<TfjsVit> {
    const loaded = new TfjsVit(tf, model, output);
    for (let index = 0; index < model.config.layers; index++) {
      loaded.#blocks.push(loaded.#uploadBlock(await model.readBlock(index)));
    }
    return loaded;
  }

  dispose(): void {
    this.#layers.dispose();
  }

  /** @param pixels normalized, [batch, 3, height, width]. @returns the values of the output. */
  forward(pixels: Float32Array, { batch, height, width }: PixelShape): Tensor {
    const tf = this.#tf;
    const size = this.#config.hiddenSize;
    const patches = this.#embedPatches(pixels, { batch, height, width });
    const prefix = tf.tile(this.#prefix, [batch, 1, 1]);
    const joined = tf.concat([prefix, patches], 1);
    const tokens = joined.shape[1];
    const rotary = this.#rotaryFor(height, width);
    let rows: Tensor2D = tf.reshape(joined, [batch * tokens, size]);
    this.#blocks.forEach((block, index) => {
      // Nothing after the last attention reads another token than CLS, so the rest of that block runs on CLS alone.
      const onlyCls = this.#output === 'cls' && index === this.#blocks.length - 1;
      const before = rows;
      rows = tf.tidy(() => this.#block(before, block, rotary, { batch, tokens }, onlyCls));
      // Freed at once: the scope around the whole pass would hold the rows of every block.
      before.dispose();
    });
    const normed = this.#layers.layerNorm(rows, this.#norm);
    return this.#output === 'cls' ? normed : this.#pool(tf.reshape(normed, [batch, tokens, size]));
  }

  /** The convolution with stride = kernel as one matrix product over cut-out patches: [B, patches, D]. */
  #embedPatches(pixels: Float32Array, { batch, height, width }: PixelShape): Tensor3D {
    const tf = this.#tf;
    const { patchSize: patch, hiddenSize: size } = this.#config;
    const [rows, columns] = [height / patch, width / patch];
    const cut = tf.reshape(tf.tensor(pixels, [batch, 3, height, width]), [batch, 3, rows, patch, columns, patch]);
    const ordered = tf.transpose(cut, [0, 2, 4, 1, 3, 5]);
    const flat: Tensor2D = tf.reshape(ordered, [batch * rows * columns, 3 * patch * patch]);
    return tf.reshape(this.#layers.linear(flat, this.#patch), [batch, rows * columns, size]);
  }

  #block(
    rows: Tensor2D,
    block: BlockTensors,
    rotary: { cos: Tensor4D; signedSin: Tensor4D },
    sizes: Sizes,
    onlyCls: boolean,
  ): Tensor2D {
    const tf = this.#tf;
    const attended = this.#attention(this.#layers.layerNorm(rows, block.norm1), block, rotary, sizes, onlyCls);
    const residual = onlyCls ? this.#takeCls(rows, sizes) : rows;
    const middle: Tensor2D = tf.add(residual, this.#layers.linear(attended, block.output));
    const hidden = this.#mlpHidden(this.#layers.layerNorm(middle, block.norm2), block);
    return tf.add(middle, this.#layers.linear(hidden, block.down));
  }

  #attention(
    rows: Tensor2D,
    { qkv }: BlockTensors,
    { cos, signedSin }: { cos: Tensor4D; signedSin: Tensor4D },
    { batch, tokens }: Sizes,
    onlyCls: boolean,
  ): Tensor2D {
    const tf = this.#tf;
    const { hiddenSize: size, heads } = this.#config;
    const headSize = size / heads;
    const joined = this.#layers.linear(rows, qkv);
    const qk: Tensor4D = tf.reshape(tf.slice(joined, [0, 0], [-1, 2 * size]), [batch, tokens, 2 * heads, headSize]);
    const v: Tensor4D = tf.reshape(tf.slice(joined, [0, 2 * size], [-1, size]), [batch, tokens, heads, headSize]);
    const [first, second] = tf.split(qk, 2, 3) as Tensor4D[];
    const rotated = tf.add(tf.mul(qk, cos), tf.mul(tf.concat([second, first], 3), signedSin)) as Tensor4D;
    const queryTokens = onlyCls ? 1 : tokens;
    const q = tf.slice(rotated, [0, 0, 0, 0], [batch, queryTokens, heads, headSize]);
    const k = tf.slice(rotated, [0, 0, heads, 0], [batch, tokens, heads, headSize]);
    const byHead = (x: Tensor4D, length: number): Tensor3D =>
      tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch * heads, length, headSize]);
    const scores = tf.matMul(byHead(q, queryTokens), byHead(k, tokens), false, true);
    const mixed = tf.matMul(tf.softmax(scores), byHead(v, tokens));
    const merged = tf.transpose(tf.reshape(mixed, [batch, heads, queryTokens, headSize]), [0, 2, 1, 3]);
    return tf.reshape(merged, [batch * queryTokens, size]);
  }

  #mlpHidden(rows: Tensor2D, { gate, up }: BlockTensors): Tensor2D {
    const tf = this.#tf;
    const raised = this.#layers.linear(rows, up);
    const { activation } = this.#config;
    if (gate === null) return this.#layers.activate(raised, activation);
    return tf.mul(this.#layers.activate(this.#layers.linear(rows, gate), activation), raised);
  }

  #takeCls(rows: Tensor2D, { batch, tokens }: Sizes): Tensor2D {
    const tf = this.#tf;
    const size = this.#config.hiddenSize;
    return tf.reshape(tf.slice(tf.reshape(rows, [batch, tokens, size]), [0, 0, 0], [-1, 1, -1]), [batch, size]);
  }

  #pool(tokens: Tensor3D): Tensor {
    const tf = this.#tf;
    const { registers } = this.#config;
    if (this.#output === 'tokens') return tf.clone(tokens);
    const mean = tf.mean(tf.slice(tokens, [0, 1 + registers, 0], [-1, -1, -1]), 1);
    if (this.#output === 'mean') return mean;
    const cls = tf.squeeze(tf.slice(tokens, [0, 0, 0], [-1, 1, -1]), [1]);
    return tf.concat([cls, mean], 1);
  }

  #rotaryFor(height: number, width: number): { cos: Tensor4D; signedSin: Tensor4D } {
    const key = `${height}x${width}`;
    let tables = this.#rotary.get(key);
    if (tables === undefined) {
      const { tokens, cos, signedSin } = rotaryTables(this.#config, height, width);
      const upload = (values: Float32Array): Tensor4D =>
        this.#layers.keep(this.#tf.tensor4d(values, [1, tokens, 1, values.length / tokens]));
      tables = { cos: upload(cos), signedSin: upload(signedSin) };
      this.#rotary.set(key, tables);
    }
    return tables;
  }

  #uploadBlock(block: FoldedBlock): BlockTensors {
    return {
      norm1: this.#layers.uploadNorm(block.norm1),
      qkv: this.#layers.uploadLinear(block.qkv),
      output: this.#layers.uploadLinear(block.output),
      norm2: this.#layers.uploadNorm(block.norm2),
      gate: block.gate === null ? null : this.#layers.uploadLinear(block.gate),
      up: this.#layers.uploadLinear(block.up),
      down: this.#layers.uploadLinear(block.down),
    };
  }
}
