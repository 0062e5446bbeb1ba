import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType('Node', { description: 'Anything that has an id and can be fetched with the query node.' })
export abstract class NodeType {
  @Field(() => ID, { description: 'Unique among all nodes.' })
  id!: string;
}
