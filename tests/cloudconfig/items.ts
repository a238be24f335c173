/**
 * Items of files, for tests.
 *
 * @module
 */
import { compile } from "../../lib/cloudconfig/compile/compile.ts";
import type { Order } from "../../lib/cloudconfig/model/order.ts";
import type { Item } from "../../lib/cloudconfig/model/item.ts";
import { osType } from "../../lib/cloudconfig/model/ostype.ts";
import { parseCloudConfig } from "../../lib/cloudconfig/read/schema.ts";

/** The items of one file's text, whose first line may be left out. */
export function itemsOf(text: string, os = "debian", order: Order = "lxops"): readonly Item[] {
  const system = osType(os);
  if (!system) throw new Error(`Unknown system ${os}`);
  const whole = text.startsWith("#cloud-config") ? text : `#cloud-config\n${text}`;
  return compile([parseCloudConfig("/configs/test.cfg", whole).cloudConfig], system, { order });
}
