/** The gates of a round: everybody has opened the tables; everybody is done. */
export const roundGates = 2;
