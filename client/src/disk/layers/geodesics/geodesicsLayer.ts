import { Layer, project32 } from '@deck.gl/core';
import type { DefaultProps, LayerProps } from '@deck.gl/core';
import type { Buffer } from '@luma.gl/core';
import { Geometry, Model } from '@luma.gl/engine';
import { diskView, IN_ORDER } from '../diskView.ts';
import type { DiskViewUniforms } from '../diskView.ts';
import { fragmentShader, SEGMENTS, vertexShader } from './geodesicsShaders.ts';

export interface GeodesicsScene {
  uniforms: DiskViewUniforms;
  /** x0 y0 x1 y1 of every arc, float32. */
  ends: Buffer;
  /** RGBA of every arc. */
  colors: Buffer;
  arcCount: number;
}

interface OwnProps {
  scene: GeodesicsScene;
  /** Straight pieces of every arc: short arcs need few. */
  segments?: number;
}

const defaultProps: DefaultProps<OwnProps & Pick<LayerProps, 'parameters'>> = {
  scene: { type: 'object', value: null as never, compare: false },
  segments: SEGMENTS,
  parameters: IN_ORDER,
};

/** Geodesic segments between pairs of points: circular arcs in the disk, straight lines in the flat plane. */
export class GeodesicsLayer extends Layer<OwnProps & Required<LayerProps>> {
  static override layerName = 'GeodesicsLayer';
  static override defaultProps = defaultProps;

  declare state: { model?: Model };

  override getShaders(): ReturnType<Layer['getShaders']> {
    return super.getShaders({ vs: vertexShader, fs: fragmentShader, modules: [project32, diskView] });
  }

  override initializeState(): void {
    const manager = this.getAttributeManager()!;
    manager.remove(['instancePickingColors']);
    manager.addInstanced({
      arcEnds: { size: 4, type: 'float32', noAlloc: true },
      arcColors: { size: 4, type: 'unorm8', noAlloc: true },
    });
    const model = new Model(this.context.device, {
      ...this.getShaders(),
      id: this.props.id,
      bufferLayout: manager.getBufferLayouts(),
      geometry: new Geometry({
        topology: 'triangle-strip',
        attributes: { positions: { size: 3, value: ribbon(this.props.segments ?? SEGMENTS) } },
      }),
      isInstanced: true,
      instanceCount: 0,
    });
    this.setState({ model });
  }

  override getNumInstances(): number {
    return this.props.scene.arcCount;
  }

  override draw(): void {
    const model = this.state.model!;
    const { uniforms, ends, colors, arcCount } = this.props.scene;
    if (arcCount === 0) return;
    model.setAttributes({ arcEnds: ends, arcColors: colors });
    model.setInstanceCount(arcCount);
    model.shaderInputs.setProps({ diskView: { ...uniforms } });
    model.draw(this.context.renderPass);
  }
}

/** Two vertices a step: how far along the arc (0 to 1), and on which side (−1 or 1). */
function ribbon(segments: number): Float32Array {
  const vertices = new Float32Array((segments + 1) * 6);
  for (let step = 0; step <= segments; step++) {
    vertices.set([step / segments, -1, 0, step / segments, 1, 0], step * 6);
  }
  return vertices;
}
