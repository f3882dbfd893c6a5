//! The messages of reflection.

use crate::message::plain::messages;
use bytes::Bytes;

messages! {
    ServerReflectionRequest {
        host "host": String = 1,
        file_by_filename "fileByFilename" in "message_request": Option<String> = 3,
        file_containing_symbol "fileContainingSymbol" in "message_request": Option<String> = 4,
        file_containing_extension "fileContainingExtension" in "message_request": Option<ExtensionRequest> = 5,
        all_extension_numbers_of_type "allExtensionNumbersOfType" in "message_request": Option<String> = 6,
        list_services "listServices" in "message_request": Option<String> = 7,
    }
    ExtensionRequest {
        containing_type "containingType": String = 1,
        extension_number "extensionNumber": i32 = 2,
    }
    ServerReflectionResponse {
        valid_host "validHost": String = 1,
        original_request "originalRequest": Option<ServerReflectionRequest> = 2,
        file_descriptor_response "fileDescriptorResponse" in "message_response": Option<FileDescriptorResponse> = 4,
        all_extension_numbers_response "allExtensionNumbersResponse" in "message_response": Option<ExtensionNumberResponse> = 5,
        list_services_response "listServicesResponse" in "message_response": Option<ListServiceResponse> = 6,
        error_response "errorResponse" in "message_response": Option<ErrorResponse> = 7,
    }
    FileDescriptorResponse {
        file_descriptor_proto "fileDescriptorProto": Vec<Bytes> = 1,
    }
    ExtensionNumberResponse {
        base_type_name "baseTypeName": String = 1,
        extension_number "extensionNumber": Vec<i32> = 2,
    }
    ListServiceResponse {
        service "service": Vec<ServiceResponse> = 1,
    }
    ServiceResponse {
        name "name": String = 1,
    }
    ErrorResponse {
        error_code "errorCode": i32 = 1,
        error_message "errorMessage": String = 2,
    }
}
