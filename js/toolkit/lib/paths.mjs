/* Where this toolkit is installed: its packages are in node_modules/ there. */
import path from 'node:path';

export const toolkit = path.dirname(import.meta.dirname);
