import { Layer, project32 } from '@deck.gl/core';
import type { DefaultProps, LayerProps } from '@deck.gl/core';
import type { Buffer } from '@luma.gl/core';
import { Model } from '@luma.gl/engine';
import type { ShaderModule } from '@luma.gl/shadertools';
import { diskView } from '../diskView.ts';
import type { PointsScene } from '../points/pointsLayer.ts';
import type { PictureScene } from './pictureScene.ts';
import { fragmentShader, vertexShader } from './picturesShaders.ts';

interface PicturesUniforms {
  scalePixels: number;
  minPixels: number;
  maxPixels: number;
  /** Tiles in a row of a page. */
  columns: number;
  tilePixels: number;
}

const block = /* glsl */ `\
layout(std140) uniform picturesUniforms {
  float scalePixels;
  float minPixels;
  float maxPixels;
  float columns;
  float tilePixels;
} pictures;
`;

const picturesModule = {
  name: 'pictures',
  vs: block,
  fs: block,
  uniformTypes: {
    scalePixels: 'f32',
    minPixels: 'f32',
    maxPixels: 'f32',
    columns: 'f32',
    tilePixels: 'f32',
  },
} as const satisfies ShaderModule<PicturesUniforms>;

interface OwnProps {
  /** Where the points are: the same buffers as the dots have. */
  points: PointsScene;
  pictures: PictureScene;
}

const defaultProps: DefaultProps<OwnProps> = {
  points: { type: 'object', value: null as never, compare: false },
  pictures: { type: 'object', value: null as never, compare: false },
};

/** Pictures in the places of points that have room for one: one draw of gl.POINTS for each page of the atlas. */
export class PicturesLayer extends Layer<OwnProps & Required<LayerProps>> {
  static override layerName = 'PicturesLayer';
  static override defaultProps = defaultProps;

  declare state: { model?: Model };

  override getShaders(): ReturnType<Layer['getShaders']> {
    return super.getShaders({ vs: vertexShader, fs: fragmentShader, modules: [project32, diskView, picturesModule] });
  }

  override initializeState(): void {
    const manager = this.getAttributeManager()!;
    manager.remove(['instancePickingColors']);
    manager.add({
      framePrevious: { size: 2, type: 'float32', noAlloc: true },
      frameNext: { size: 2, type: 'float32', noAlloc: true },
      pointColors: { size: 4, type: 'unorm8', noAlloc: true },
      tiles: { size: 1, type: 'float32', noAlloc: true },
      separations: { size: 1, type: 'float32', noAlloc: true },
    });
    const model = new Model(this.context.device, {
      ...this.getShaders(),
      id: this.props.id,
      bufferLayout: manager.getBufferLayouts(),
      topology: 'point-list',
      vertexCount: 0,
      isInstanced: false,
    });
    this.setState({ model });
  }

  override getNumInstances(): number {
    return this.props.pictures.pointCount;
  }

  override draw(): void {
    const model = this.state.model!;
    const { points, pictures } = this.props;
    const { framePrevious, frameNext, colors } = points;
    const attributes: Record<string, Buffer> = {
      framePrevious,
      frameNext,
      pointColors: colors,
      tiles: pictures.tiles,
      separations: pictures.separations,
    };
    model.setAttributes(attributes);
    const { columns, tile } = pictures.atlas;
    model.shaderInputs.setProps({
      diskView: { ...points.uniforms },
      pictures: { ...pictures.sizes, columns, tilePixels: tile },
    });
    for (const page of pictures.drawnPages()) {
      model.setBindings({ atlas: page.texture });
      model.setIndexBuffer(page.indices);
      model.setVertexCount(page.count);
      model.draw(this.context.renderPass);
    }
  }
}
