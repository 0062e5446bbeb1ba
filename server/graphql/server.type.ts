import { Field, ObjectType } from 'type-graphql';

@ObjectType('Engine', { description: 'What can run a model on this machine.' })
export class EngineType {
  @Field(() => String, { description: 'tensorflow, webgpu, webgpu-float16, onnx or wasm.' })
  name!: string;

  @Field(() => Boolean, { description: 'True when it can be used.' })
  available!: boolean;

  @Field(() => Boolean, { description: 'True for the one that a run takes.' })
  preferred!: boolean;

  @Field(() => String, { description: 'What was found, or what to do.' })
  detail!: string;
}

@ObjectType('ServerInfo', { description: 'About the server itself.' })
export class ServerInfoType {
  @Field(() => String, { description: 'Version of the product.' })
  version!: string;

  @Field(() => [String], {
    description: 'Plain lines that everybody should see, such as what could not be downloaded.',
  })
  notices!: string[];
}
