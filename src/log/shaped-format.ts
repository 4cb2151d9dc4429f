/** Stands before an object that is written by its shape: the one head that MessagePack never uses. */
export const shapedHead = 0xc1;

/** In place of the number of a shape: a map with the names of the fields follows. */
export const noShape = 0xffff;

/** In place of the position of the field that holds the key: the key stands after the record. */
export const ownKey = 0xff;
