-- The tables that otalink reads beside OTOBO 10.1, as the facts describe them: names, types and which may be empty.
-- Words in braces differ between databases, see schema.py.
CREATE TABLE valid (id {small_serial}, name VARCHAR(191) NOT NULL UNIQUE, {audit});
CREATE TABLE users (
    id {int_serial}, login VARCHAR(191) NOT NULL UNIQUE, pw VARCHAR(128) NOT NULL, title VARCHAR(50),
    first_name VARCHAR(100) NOT NULL, last_name VARCHAR(100) NOT NULL, valid_id SMALLINT NOT NULL, {audit}
);
CREATE TABLE sessions (
    id {big_serial}, session_id VARCHAR(100) NOT NULL, data_key VARCHAR(100) NOT NULL, data_value {long_text},
    serialized SMALLINT NOT NULL
);
CREATE TABLE follow_up_possible (
    id {small_serial}, name VARCHAR(191) NOT NULL UNIQUE, comments VARCHAR(250), valid_id SMALLINT NOT NULL, {audit}
);
CREATE TABLE ticket_state_type (id {small_serial}, name VARCHAR(191) NOT NULL UNIQUE, comments VARCHAR(250), {audit});
CREATE TABLE ticket_state (
    id {small_serial}, name VARCHAR(191) NOT NULL UNIQUE, comments VARCHAR(250), type_id SMALLINT NOT NULL,
    valid_id SMALLINT NOT NULL, {audit},
    FOREIGN KEY (type_id) REFERENCES ticket_state_type (id)
);
CREATE TABLE ticket_priority (id {small_serial}, name VARCHAR(191) NOT NULL UNIQUE, valid_id SMALLINT NOT NULL, {audit});
CREATE TABLE ticket_history_type (
    id {small_serial}, name VARCHAR(191) NOT NULL UNIQUE, comments VARCHAR(250), valid_id SMALLINT NOT NULL, {audit}
);
CREATE TABLE article_sender_type (
    id {small_serial}, name VARCHAR(191) NOT NULL UNIQUE, comments VARCHAR(250), valid_id SMALLINT NOT NULL, {audit}
);
CREATE TABLE communication_channel (
    id {big_serial}, name VARCHAR(191) NOT NULL UNIQUE, module VARCHAR(191) NOT NULL, package_name VARCHAR(191) NOT NULL,
    channel_data {bytes} NOT NULL, valid_id SMALLINT NOT NULL, {audit}
);
CREATE TABLE system_address (
    id {small_serial}, value0 VARCHAR(200) NOT NULL, value1 VARCHAR(200) NOT NULL, value2 VARCHAR(200),
    value3 VARCHAR(200), queue_id INTEGER NOT NULL, comments VARCHAR(250), valid_id SMALLINT NOT NULL, {audit}
);
CREATE TABLE queue (
    id {int_serial}, name VARCHAR(191) NOT NULL UNIQUE, group_id INTEGER NOT NULL, unlock_timeout INTEGER,
    first_response_time INTEGER, first_response_notify SMALLINT, update_time INTEGER, update_notify SMALLINT,
    solution_time INTEGER, solution_notify SMALLINT, system_address_id SMALLINT NOT NULL, calendar_name VARCHAR(100),
    default_sign_key VARCHAR(100), salutation_id SMALLINT NOT NULL, signature_id SMALLINT NOT NULL,
    follow_up_id SMALLINT NOT NULL, follow_up_lock SMALLINT NOT NULL, comments VARCHAR(250), valid_id SMALLINT NOT NULL,
    {audit},
    FOREIGN KEY (follow_up_id) REFERENCES follow_up_possible (id),
    FOREIGN KEY (system_address_id) REFERENCES system_address (id)
);
CREATE TABLE ticket_number_counter (id {big_serial}, counter BIGINT NOT NULL, counter_uid VARCHAR(32) NOT NULL UNIQUE);
CREATE TABLE ticket (
    id {big_serial}, tn VARCHAR(50) NOT NULL UNIQUE, title VARCHAR(191), queue_id INTEGER NOT NULL,
    ticket_lock_id SMALLINT NOT NULL, type_id SMALLINT, service_id INTEGER, sla_id INTEGER, user_id INTEGER NOT NULL,
    responsible_user_id INTEGER NOT NULL, ticket_priority_id SMALLINT NOT NULL, ticket_state_id SMALLINT NOT NULL,
    customer_id VARCHAR(150), customer_user_id VARCHAR(191), timeout INTEGER NOT NULL, until_time INTEGER NOT NULL,
    escalation_time INTEGER NOT NULL, escalation_update_time INTEGER NOT NULL,
    escalation_response_time INTEGER NOT NULL, escalation_solution_time INTEGER NOT NULL,
    archive_flag SMALLINT NOT NULL, {audit},
    FOREIGN KEY (queue_id) REFERENCES queue (id),
    FOREIGN KEY (ticket_state_id) REFERENCES ticket_state (id),
    FOREIGN KEY (ticket_priority_id) REFERENCES ticket_priority (id),
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ticket_customer_user_id ON ticket (customer_user_id);
CREATE TABLE article (
    id {big_serial}, ticket_id BIGINT NOT NULL, article_sender_type_id SMALLINT NOT NULL,
    communication_channel_id BIGINT NOT NULL, is_visible_for_customer SMALLINT NOT NULL,
    search_index_needs_rebuild SMALLINT NOT NULL, insert_fingerprint VARCHAR(64), {audit},
    FOREIGN KEY (ticket_id) REFERENCES ticket (id),
    FOREIGN KEY (article_sender_type_id) REFERENCES article_sender_type (id),
    FOREIGN KEY (communication_channel_id) REFERENCES communication_channel (id)
);
CREATE INDEX article_ticket_id ON article (ticket_id);
CREATE TABLE ticket_history (
    id {big_serial}, name VARCHAR(200) NOT NULL, history_type_id SMALLINT NOT NULL, ticket_id BIGINT NOT NULL,
    article_id BIGINT, type_id SMALLINT NOT NULL, queue_id INTEGER NOT NULL, owner_id INTEGER NOT NULL,
    priority_id SMALLINT NOT NULL, state_id SMALLINT NOT NULL, {audit},
    FOREIGN KEY (ticket_id) REFERENCES ticket (id),
    FOREIGN KEY (article_id) REFERENCES article (id),
    FOREIGN KEY (history_type_id) REFERENCES ticket_history_type (id),
    FOREIGN KEY (state_id) REFERENCES ticket_state (id)
);
CREATE INDEX ticket_history_ticket_id ON ticket_history (ticket_id);
CREATE INDEX ticket_history_article_id ON ticket_history (article_id);
CREATE TABLE article_data_mime (
    id {big_serial}, article_id BIGINT NOT NULL, a_from {long_text}, a_reply_to {long_text}, a_to {long_text},
    a_cc {long_text}, a_bcc {long_text}, a_subject {text}, a_message_id {text}, a_message_id_md5 VARCHAR(32),
    a_in_reply_to {long_text}, a_references {long_text}, a_content_type VARCHAR(250), a_body {long_text},
    incoming_time INTEGER NOT NULL, content_path VARCHAR(250), {audit},
    FOREIGN KEY (article_id) REFERENCES article (id)
);
CREATE INDEX article_data_mime_message_id_md5 ON article_data_mime (a_message_id_md5);
CREATE TABLE article_data_mime_attachment (
    id {big_serial}, article_id BIGINT NOT NULL, filename VARCHAR(250), content_size VARCHAR(30), content_type {text},
    content_id VARCHAR(250), content_alternative VARCHAR(50), disposition VARCHAR(15), content {bytes}, {audit},
    FOREIGN KEY (article_id) REFERENCES article (id)
);
CREATE TABLE article_data_mime_plain (
    id {big_serial}, article_id BIGINT NOT NULL, body {bytes} NOT NULL, {audit},
    FOREIGN KEY (article_id) REFERENCES article (id)
);
CREATE TABLE article_data_mime_send_error (
    id {big_serial}, article_id BIGINT NOT NULL, message_id VARCHAR(200), log_message {long_text},
    create_time {datetime} NOT NULL,
    FOREIGN KEY (article_id) REFERENCES article (id)
);
CREATE TABLE mail_queue (
    id {big_serial}, insert_fingerprint VARCHAR(64), article_id BIGINT, attempts INTEGER NOT NULL, sender VARCHAR(200),
    recipient {long_text} NOT NULL, raw_message {bytes} NOT NULL, due_time {datetime}, create_time {datetime} NOT NULL
);
CREATE TABLE dynamic_field (
    id {int_serial}, internal_field SMALLINT NOT NULL, name VARCHAR(191) NOT NULL UNIQUE, label VARCHAR(200) NOT NULL,
    field_order INTEGER NOT NULL, field_type VARCHAR(200) NOT NULL, object_type VARCHAR(100) NOT NULL, config {bytes},
    valid_id SMALLINT NOT NULL, {audit}
);
CREATE TABLE dynamic_field_value (
    id {int_serial}, field_id INTEGER NOT NULL, object_id BIGINT NOT NULL, value_text {text}, value_date {datetime},
    value_int BIGINT,
    FOREIGN KEY (field_id) REFERENCES dynamic_field (id)
);
CREATE INDEX dynamic_field_value_object_id ON dynamic_field_value (object_id);
CREATE TABLE customer_user (
    id {int_serial}, login VARCHAR(191) NOT NULL UNIQUE, email VARCHAR(150) NOT NULL, customer_id VARCHAR(150) NOT NULL,
    pw VARCHAR(128), title VARCHAR(50), first_name VARCHAR(100) NOT NULL, last_name VARCHAR(100) NOT NULL,
    phone VARCHAR(150), fax VARCHAR(150), mobile VARCHAR(150), street VARCHAR(150), zip VARCHAR(200), city VARCHAR(200),
    country VARCHAR(200), comments VARCHAR(250), valid_id SMALLINT NOT NULL, {audit},
    FOREIGN KEY (create_by) REFERENCES users (id),
    FOREIGN KEY (change_by) REFERENCES users (id)
);
CREATE TABLE customer_preferences (
    user_id VARCHAR(191) NOT NULL, preferences_key VARCHAR(150) NOT NULL, preferences_value VARCHAR(250)
);
CREATE INDEX customer_preferences_user_id ON customer_preferences (user_id);
-- The published add-on's own table.
CREATE TABLE ota_tokens (
    token VARCHAR(64) NOT NULL, ticket_number VARCHAR(64) NOT NULL, {user} VARCHAR(191) NOT NULL, used SMALLINT NOT NULL,
    change_time {datetime} NOT NULL, create_time {datetime} NOT NULL
);
