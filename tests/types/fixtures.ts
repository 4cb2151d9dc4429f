import { DictDB } from "dictdb";

export interface User {
  id: number;
  name: string;
  age: number;
  dept: string;
  ok: boolean;
  role: "admin" | "user";
  born: Date | null;
  /** Holds what may be a string or a number. */
  code: string | number;
  tags?: string[];
  address?: Address;
  parent?: User;
}

export interface Address {
  city: string;
  zip: string | null;
  geo: { lat: number; lon: number };
  /** Its name is that of a method of fields. */
  in: string;
}

export interface Session {
  session_id: string;
  user_id: number;
  at: Date;
}

export interface Visit {
  visit_id: number;
  session_id: string;
  pages: number;
}

/** What a new user needs. */
export declare const person: Omit<User, "id">;

export const db = new DictDB({ lockTimeoutMs: 1_000, freeze: true });
export const users = db.createTable<User>("users");
export const sessions = db.createTable<Session, "session_id">("sessions", { primaryKey: "session_id" });
export const visits = db.createTable<Visit, "visit_id">("visits", { primaryKey: "visit_id" });
/** Of any records. */
export const notes = db.createTable("notes");
