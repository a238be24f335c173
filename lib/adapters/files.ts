/**
 * Files of an instance.
 *
 * @module
 */
import { ServerError } from "../errors.ts";
import type { InstanceRef } from "../ports.ts";
import { limited, READ_LIMIT_MS, readAnswer } from "./answer.ts";
import { bodyOf, call, type Endpoint, type Reply } from "./http.ts";
import { filePath } from "./requests.ts";
