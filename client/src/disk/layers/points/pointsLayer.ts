import { Layer, picking, project32 } from '@deck.gl/core';
import type { DefaultProps, LayerProps } from '@deck.gl/core';
import type { Buffer } from '@luma.gl/core';
import { Model } from '@luma.gl/engine';
import { diskView, IN_ORDER } from '../diskView.ts';
import type { DiskViewUniforms } from '../diskView.ts';
import { fragmentShader, vertexShader } from './pointsShaders.ts';

/** What `draw` reads each time: changed in place, so that an animated frame makes no new layer and no prop diff. */
export interface PointsScene {
  uniforms: DiskViewUniforms;
  framePrevious: Buffer;
  frameNext: Buffer;
  colors: Buffer;
}

interface OwnProps {
  scene: PointsScene;
  pointCount: number;
}

const defaultProps: DefaultProps<OwnProps & Pick<LayerProps, 'parameters'>> = {
  scene: { type: 'object', value: null as never, compare: false },
  pointCount: 0,
  parameters: IN_ORDER,
};

/**
 * All points of a layout in one draw of gl.POINTS. The buffers belong to the renderer; moving, panning and turning only
 * change the 32 bytes of uniforms.
 */
export class PointsLayer extends Layer<OwnProps & Required<LayerProps>> {
  static override layerName = 'PointsLayer';
  static override defaultProps = defaultProps;

  declare state: { model?: Model };

  override getShaders(): ReturnType<Layer['getShaders']> {
    return super.getShaders({ vs: vertexShader, fs: fragmentShader, modules: [project32, picking, diskView] });
  }

  override initializeState(): void {
    const manager = this.getAttributeManager()!;
    manager.remove(['instancePickingColors']);
    manager.add({
      framePrevious: { size: 2, type: 'float32', noAlloc: true },
      frameNext: { size: 2, type: 'float32', noAlloc: true },
      pointColors: { size: 4, type: 'unorm8', noAlloc: true },
    });
    const model = new Model(this.context.device, {
      ...this.getShaders(),
      id: this.props.id,
      bufferLayout: manager.getBufferLayouts(),
      topology: 'point-list',
      vertexCount: this.props.pointCount,
      isInstanced: false,
    });
    this.setState({ model });
  }

  override getNumInstances(): number {
    return this.props.pointCount;
  }

  override draw(): void {
    const model = this.state.model!;
    const { uniforms, framePrevious, frameNext, colors } = this.props.scene;
    model.setAttributes({ framePrevious, frameNext, pointColors: colors });
    model.setVertexCount(this.props.pointCount);
    model.shaderInputs.setProps({ diskView: { ...uniforms } });
    model.draw(this.context.renderPass);
  }
}
