import protobuf from 'protobufjs';

/** The subset of onnx.proto (ONNX 1.16, IR version 10) that the graph builder writes; numbers are the format's own. */
const schema = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
        externalData: { rule: 'repeated', type: 'StringStringEntryProto', id: 13 },
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    StringStringEntryProto: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: { fields: { tensorType: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'ShapeProto', id: 2 } } },
    ShapeProto: { fields: { dim: { rule: 'repeated', type: 'DimensionProto', id: 1 } } },
    DimensionProto: { fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } } },
  },
});

const IR_VERSION = 10;
const OPSET_VERSION = 20;
const FLOAT = 1;
const INT64 = 7;
const EXTERNAL = 1;
/** Smaller constants stay in the graph. */
const MIN_EXTERNAL_BYTES = 1024;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/** An attribute: a whole number or a list of them, or `{ float }`. */
export type OnnxAttribute = number | readonly number[] | { readonly float: number };
/** A dimension: a length, or the name of one that is known only when the graph runs. */
export type OnnxDimension = number | string;

/** Where large constants go instead of into the graph, whose message must stay below 2 GiB. */
export interface WeightFile {
  /** The file's name, relative to the graph's own file. */
  readonly location: string;
  /** Appends the bytes and says where they begin. */
  append(bytes: Uint8Array): number;
}

/** Builds an ONNX graph node by node; values are called by the names of the nodes that make them. */
export class OnnxGraphBuilder {
  readonly #weightFile: WeightFile | null;
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];

  constructor(weightFile: WeightFile | null = null) {
    this.#weightFile = weightFile;
  }

  input(name: string, shape: readonly OnnxDimension[]): string {
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }

  output(name: string, shape: readonly OnnxDimension[]): void {
    this.#outputs.push(valueInfo(name, shape));
  }

  /** A float32 constant. Without a weight file the values are not copied before `encode`. */
  constant(name: string, values: Float32Array, shape: readonly number[]): string {
    const bytes = bytesOf(values);
    if (this.#weightFile === null || bytes.length < MIN_EXTERNAL_BYTES) {
      this.#initializers.push({ name, dims: shape, dataType: FLOAT, rawData: bytes });
      return name;
    }
    const entries = {
      location: this.#weightFile.location,
      offset: this.#weightFile.append(bytes),
      length: bytes.length,
    };
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value: String(value) }));
    this.#initializers.push({ name, dims: shape, dataType: FLOAT, externalData, dataLocation: EXTERNAL });
    return name;
  }

  /** A one-dimensional constant of whole numbers, such as a shape. */
  integers(name: string, values: readonly number[]): string {
    const longs = BigInt64Array.from(values, BigInt);
    this.#initializers.push({ name, dims: [values.length], dataType: INT64, rawData: bytesOf(longs) });
    return name;
  }

  /** Adds a node with one output and returns that output's name. */
  node(
    opType: string,
    name: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    return this.nodes(opType, [name], inputs, attributes)[0];
  }

  /** Adds a node with several outputs. */
  nodes(
    opType: string,
    outputs: readonly string[],
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): readonly string[] {
    const attribute = Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value));
    this.#nodes.push({ opType, name: outputs[0], input: inputs, output: outputs, attribute });
    return outputs;
  }

  encode(): Uint8Array {
    const type = schema.lookupType('ModelProto');
    const model = type.fromObject({
      irVersion: IR_VERSION,
      producerName: 'circle-limit',
      opsetImport: [{ domain: '', version: OPSET_VERSION }],
      graph: {
        name: 'dinov3',
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
    return type.encode(model).finish();
  }
}

function valueInfo(name: string, shape: readonly OnnxDimension[]): object {
  const dim = shape.map((length) => (typeof length === 'number' ? { dimValue: length } : { dimParam: length }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}

function encodeAttribute(name: string, value: OnnxAttribute): object {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_INT };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_FLOAT };
  return { name, ints: value, type: ATTRIBUTE_INTS };
}

function bytesOf(values: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
