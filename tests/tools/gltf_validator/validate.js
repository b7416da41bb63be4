// node validate.js FILE... : prints a JSON object, file -> report of the Khronos glTF validator.
const fs = require('fs');
const validator = require('gltf-validator');

async function main(files) {
  const reports = {};
  for (const file of files) {
    try {
      const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)), {maxIssues: 50});
      reports[file] = report.issues;
    } catch (error) {  // not a glTF at all
      reports[file] = {numErrors: 1, numWarnings: 0, numInfos: 0, messages: [{code: 'UNREADABLE', message: String(error)}]};
    }
  }
  console.log(JSON.stringify(reports));
}

main(process.argv.slice(2));
