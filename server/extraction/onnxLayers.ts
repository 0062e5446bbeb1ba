import type { Activation } from './modelConfig.ts';
import type { OnnxGraphBuilder } from './onnxFormat.ts';
import type { LinearWeights, NormWeights } from './shapedReader.ts';

/** The layers that both architectures are made of, as nodes of one graph. */
export class OnnxLayers {
  readonly #graph: OnnxGraphBuilder;
  readonly #epsilon: number;

  constructor(graph: OnnxGraphBuilder, epsilon: number) {
    this.#graph = graph;
    this.#epsilon = epsilon;
  }

  /** Over the last axis. */
  layerNorm(name: string, rows: string, { scale, bias }: NormWeights): string {
    const inputs = [
      rows,
      this.#graph.constant(`${name}.scale`, scale, [scale.length]),
      this.#graph.constant(`${name}.bias`, bias, [bias.length]),
    ];
    return this.#graph.node('LayerNormalization', name, inputs, { axis: -1, epsilon: { float: this.#epsilon } });
  }

  /** On rows [N, inputs]: Gemm, which adds the bias without another pass. */
  linear(name: string, rows: string, { inputs, outputs, weight, bias }: LinearWeights): string {
    return this.#graph.node('Gemm', name, [
      rows,
      this.#graph.constant(`${name}.weight`, weight, [inputs, outputs]),
      this.#graph.constant(`${name}.bias`, bias, [outputs]),
    ]);
  }

  activate(name: string, x: string, activation: Activation): string {
    if (activation === 'gelu') return this.#graph.node('Gelu', name, [x]);
    return this.#graph.node('Mul', name, [x, this.#graph.node('Sigmoid', `${name}.sigmoid`, [x])]);
  }

  /** A convolution of whole patches, stride = kernel, on [B, inputs, H, W]. */
  patchConvolution(
    name: string,
    x: string,
    weight: Float32Array,
    bias: Float32Array,
    [inputs, kernel]: readonly [number, number],
  ): string {
    const outputs = bias.length;
    const operands = [
      x,
      this.#graph.constant(`${name}.weight`, weight, [outputs, inputs, kernel, kernel]),
      this.#graph.constant(`${name}.bias`, bias, [outputs]),
    ];
    return this.#graph.node('Conv', name, operands, { kernel_shape: [kernel, kernel], strides: [kernel, kernel] });
  }

  /** [B, T, D] from token `first` on, averaged to [B, D]. */
  meanFrom(name: string, tokens: string, first: number): string {
    const graph = this.#graph;
    const axis = graph.integers(`${name}.axis`, [1]);
    const ends = [graph.integers(`${name}.start`, [first]), graph.integers(`${name}.end`, [2 ** 31])];
    const patches = graph.node('Slice', `${name}.patches`, [tokens, ...ends, axis]);
    return graph.node('ReduceMean', name, [patches, axis], { keepdims: 0 });
  }
}
