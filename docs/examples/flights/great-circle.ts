/** A place on the globe, in degrees north and east. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadius = 3_958.8; // miles, the mean

/** The miles between two places by the haversine formula. */
export function milesBetween(a: Place, b: Place): number {
  const [north, east] = [radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)];
  const h = Math.sin(north / 2) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(east / 2) ** 2;
  return 2 * earthRadius * Math.asin(Math.sqrt(h));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
