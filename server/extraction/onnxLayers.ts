import type { Activation } from './modelConfig.ts';
import type { OnnxGraphBuilder } from './onnxFormat.ts';
import type { LinearWeights, NormWeights } from './shapedReader.ts';

/** `TensorProto.DataType` of the ONNX format. */
const FLOAT32 = 1;
const FLOAT16 = 10;

/**
 * The numbers of the linear layers, which are nine tenths of the work. With float16 the sums that run through the
 * model, its norms and its attention weights stay float32 ("mixed precision", Micikevicius et al. 2018): the residual
 * stream of large models passes what a float16 can hold.
 */
export type GraphPrecision = 'float32' | 'float16';

/** The layers that both architectures are made of, as nodes of one graph. */
export class OnnxLayers {
  readonly #graph: OnnxGraphBuilder;
  readonly #epsilon: number;
  readonly #precision: GraphPrecision;

  constructor(graph: OnnxGraphBuilder, epsilon: number, precision: GraphPrecision) {
    this.#graph = graph;
    this.#epsilon = epsilon;
    this.#precision = precision;
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
    const operands = [
      rows,
      this.#graph.constant(`${name}.weight`, weight, [inputs, outputs]),
      this.#graph.constant(`${name}.bias`, bias, [outputs]),
    ];
    if (this.#precision === 'float32') return this.#graph.node('Gemm', name, operands);
    // The runtime rounds the constants once, when it loads the graph, and keeps only the halves.
    const halves = operands.map((operand, i) => this.#cast(`${name}.half${i}`, operand, FLOAT16));
    return this.#cast(name, this.#graph.node('Gemm', `${name}.halfSum`, halves), FLOAT32);
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

  #cast(name: string, value: string, to: number): string {
    return this.#graph.node('Cast', name, [value], { to });
  }
}
