import { writeFileSync } from 'node:fs';
import { PRECOMPILED_FILE } from '../src/core/schema-compiler.ts';
import { buildValidators } from './validators.ts';

// Part of `npm run build`: compiles schemas to a module beside the built sources, so that a start need not.
writeFileSync(PRECOMPILED_FILE, buildValidators());
