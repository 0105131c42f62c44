/** What a scope such as `read:tickets` is about; `config` is what every token may read. */
export type ScopeArea =
  'tickets' | 'customers' | 'assets' | 'invoices' | 'items' | 'contracts' | 'suppliers' | 'kb' | 'reporting' | 'config';

/** How one resource of Halo looks from outside. */
export interface Entity {
  /** Path below /api in lower case; also the name in the store. */
  readonly name: string;
  /** Key of the rows in the view; undefined for a bare array without paging. */
  readonly envelope: string | undefined;
  readonly area: ScopeArea;
  /** Second half of the key where ids are not unique on their own. */
  readonly parent?: string;
  /** Ids are GUID-like text. */
  readonly guidIds?: boolean;
  /** Rows of a page, whatever the client asks for. */
  readonly pageSizeOption?: 'assetPageSize';
  /** Has `lastupdatefromdate` and `lastupdatetodate`. */
  readonly hasDelta?: boolean;
  /** Field that is set when a record changes. */
  readonly touched?: string;
  /** Query parameter → field, compared for equality with one or several values. */
  readonly filters: Readonly<Record<string, string>>;
  /** Query parameters `[from, to]` over a date field. */
  readonly dates?: {
    readonly from: string;
    readonly to: string;
    readonly field: string;
    readonly fieldParameter?: string;
  };
  /** Fields that list rows lack. */
  readonly details: readonly string[];
  /** Fields that are written with a decimal point. */
  readonly decimals?: readonly string[];
  /** Empty arrays that stand next to the rows. */
  readonly sidecars?: readonly string[];
  /** Entities whose records hang on this one, by which field. */
  readonly cascade?: Readonly<Record<string, string>>;
}
