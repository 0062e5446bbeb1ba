import type { ModelOutput } from './engines/engine.ts';
import type { FoldedModel } from './foldModel.ts';
import { addConvNext } from './onnxConvNext.ts';
import { OnnxGraphBuilder, type WeightFile } from './onnxFormat.ts';
import type { GraphPrecision } from './onnxLayers.ts';
import { addVit } from './onnxVit.ts';

export interface GraphOptions {
  /** Takes the weights as they are read; null, the default, puts them into the graph. */
  readonly weightFile?: WeightFile | null;
  readonly precision?: GraphPrecision;
}

/**
 * Writes the model as an ONNX graph (opset 20) with free batch and image size: input `pixels` [B, 3, H, W], beside the
 * rotary tables of a vision transformer; output `output`, [B, T, D] for tokens and [B, embedding size] else.
 */
export async function buildOnnxGraph(
  model: FoldedModel,
  output: ModelOutput,
  { weightFile = null, precision = 'float32' }: GraphOptions = {},
): Promise<Uint8Array> {
  const graph = new OnnxGraphBuilder(weightFile);
  if (model.architecture === 'dinov3-vit') await addVit(graph, model, output, precision);
  else await addConvNext(graph, model, output, precision);
  return graph.encode();
}
