import { Kind, type OperationDefinitionNode } from 'graphql';

/** Told of every operation of the API that was answered, or of a subscription that began. */
export type OperationObserver = (kind: string, operation: string, seconds: number) => void;

/**
 * The first field that an operation asks for; `other` where it begins with a fragment. Of the names that a caller chooses
 * there is no end; those of the schema's fields are few.
 */
export function rootField({ selectionSet }: OperationDefinitionNode): string {
  const first = selectionSet.selections.at(0);
  return first?.kind === Kind.FIELD ? first.name.value : 'other';
}
