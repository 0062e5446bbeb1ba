import { foldConvNext, type FoldedConvNext } from './foldConvNext.ts';
import { foldVit, type FoldedVit } from './foldVit.ts';
import type { ModelConfig } from './modelConfig.ts';
import type { TensorSource } from './safetensors.ts';

/** A model's weights in the form that every engine takes. */
export type FoldedModel = FoldedVit | FoldedConvNext;

/** @throws BadInputError when the tensors are not those that the config asks for. */
export function foldModel(config: ModelConfig, tensors: TensorSource): Promise<FoldedModel> {
  return config.architecture === 'dinov3-vit' ? foldVit(config, tensors) : foldConvNext(config, tensors);
}
