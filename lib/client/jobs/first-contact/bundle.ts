import { FIRST_CONTACT_KIND } from '../../../job/first-contact';
import { firstContact } from './first-contact';

/** For keys that users hold: no cloud has to keep anything. */
export const jobKind = firstContact(FIRST_CONTACT_KIND);
