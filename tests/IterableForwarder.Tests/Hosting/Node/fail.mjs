// Ends with an error, for the test of NodePackages.
console.error("the reason");
process.exit(3);
