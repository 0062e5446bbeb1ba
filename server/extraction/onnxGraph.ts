import type { ModelOutput } from './engines/engine.ts';
import type { FoldedModel } from './foldModel.ts';
import { addConvNext } from './onnxConvNext.ts';
import { OnnxGraphBuilder, type WeightFile } from './onnxFormat.ts';
import { addVit } from './onnxVit.ts';

/**
 * Writes the model as an ONNX graph (opset 20) with free batch and image size: input `pixels` [B, 3, H, W], beside the
 * rotary tables of a vision transformer; output `output`, [B, T, D] for tokens and [B, embedding size] else.
 * @param weightFile takes the weights as they are read; null puts them into the graph.
 */
export async function buildOnnxGraph(
  model: FoldedModel,
  output: ModelOutput,
  weightFile: WeightFile | null = null,
): Promise<Uint8Array> {
  const graph = new OnnxGraphBuilder(weightFile);
  if (model.architecture === 'dinov3-vit') await addVit(graph, model, output);
  else await addConvNext(graph, model, output);
  return graph.encode();
}
