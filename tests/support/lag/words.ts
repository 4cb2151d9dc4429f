/** The words that the threads of the load share: how many of them are there, how many commits the writers have made, and whether all is over. */
export const lagWords = { there: 0, made: 1, over: 2 } as const;
