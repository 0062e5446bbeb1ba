import { Field, ObjectType } from 'type-graphql';

@ObjectType('ServerInfo', { description: 'About the server itself.' })
export class ServerInfoType {
  @Field(() => String, { description: 'Version of the product.' })
  version!: string;

  @Field(() => [String], {
    description: 'Plain lines that everybody should see, such as what could not be downloaded.',
  })
  notices!: string[];
}
