/** HTTP statuses of the errors that the API has. */
const STATUS = {
  unauthorized: 401,
  forbidden: 403,
  token_readonly: 403,
  not_found: 404,
  conflict: 409,
  uniqueness_error: 409,
  json_error: 400,
  resource_unavailable: 412,
  server_not_stopped: 422,
  invalid_input: 422,
  locked: 423,
  protected: 403,
  resource_in_use: 422,
  rate_limit_exceeded: 429,
  service_error: 422,
  placement_error: 422,
  unsupported_error: 422,
  server_error: 500,
  volume_already_attached: 422,
  server_already_attached: 422,
  server_already_added: 422,
  primary_ip_assigned: 422,
  server_has_ipv4: 422,
  server_has_ipv6: 422,
  primary_ip_version_mismatch: 422,
  firewall_already_applied: 422,
  firewall_already_removed: 422,
  ip_not_available: 422,
  no_subnet_available: 422,
  networks_overlap: 422,
  source_port_already_used: 422,
  target_already_defined: 422,
  load_balancer_already_attached: 422,
  load_balancer_not_attached_to_network: 422,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** A refusal of the API, in the shape that it has there. */
export class ApiError extends Error {
  /** A field of the request that does not fit. */
  static field(name: string, message: string): ApiError {
    return new ApiError('invalid_input', `invalid input in field '${name}'`, {
      fields: [{ name, messages: [message] }],
    });
  }

  static notFound(what: string): ApiError {
    return new ApiError('not_found', `${what} not found`);
  }

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: object | null = null,
  ) {
    super(message);
  }

  get status(): number {
    return STATUS[this.code];
  }

  get body(): object {
    return { error: { code: this.code, message: this.message, details: this.details } };
  }
}
