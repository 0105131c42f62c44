export { CONNECTOR_SCHEMA, type ConnectorManifest, type ErrorRuleManifest } from './manifest/connector.ts';
export {
  type DeltaManifest,
  type DetailManifest,
  ENTITY_SCHEMA,
  type EntityManifest,
  type ForEachManifest,
  type OperationManifest,
} from './manifest/entity.ts';
