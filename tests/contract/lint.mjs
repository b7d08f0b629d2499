// Fails where the AsyncAPI description that PARLOUR_ASYNCAPI names has an error or earns a warning.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

/** Errors are 0, warnings 1; what is only said (such as that there is a later version of AsyncAPI) is more. */
const WARNING = 1;

const description = readFileSync(process.env.PARLOUR_ASYNCAPI, "utf8");
const found = await new Parser().validate(description);
for (const { severity, code, path, message } of found) {
  console.log(`${severity} ${code} at ${path.join(".")}: ${message}`);
}
process.exitCode = found.some(({ severity }) => severity <= WARNING) ? 1 : 0;
