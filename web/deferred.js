// A promise with its two ends in reach. (`Promise.withResolvers` is too young for Node 20.)

export function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  // Waiting for it is optional; a rejection that nobody awaits is no fault.
  made.promise.catch(() => {});
  return made;
}
