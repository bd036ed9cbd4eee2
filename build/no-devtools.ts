/** Stands in for react-devtools-core, which Ink imports and the bundle must not carry. */
export default { initialize: () => undefined, connectToDevTools: () => undefined };
