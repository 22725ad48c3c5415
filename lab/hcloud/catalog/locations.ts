/** A place with servers, as the API shows it. */
export interface Location {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly country: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly network_zone: string;
}

type Row = readonly [name: string, city: string, country: string, zone: string, latitude: number, longitude: number];

const ROWS: readonly Row[] = [
  ['fsn1', 'Falkenstein', 'DE', 'eu-central', 50.47612, 12.370071],
  ['nbg1', 'Nuremberg', 'DE', 'eu-central', 49.452102, 11.076665],
  ['hel1', 'Helsinki', 'FI', 'eu-central', 60.169855, 24.938379],
  ['ash', 'Ashburn, VA', 'US', 'us-east', 39.045821, -77.487073],
  ['hil', 'Hillsboro, OR', 'US', 'us-west', 45.54222, -122.951924],
  ['sin', 'Singapore', 'SG', 'ap-southeast', 1.283333, 103.833333],
];

export const LOCATIONS: readonly Location[] = ROWS.map(([name, city, country, zone, latitude, longitude], index) => ({
  id: index + 1,
  name,
  description: city,
  country,
  city,
  latitude,
  longitude,
  network_zone: zone,
}));
