"""What Google's protobuf for Python makes of a message: one question a line, one answer a line, both JSON.

A question has "message" (the name in package codec.v1) and "hex" (protobuf) or "json" (text), and "ignore" when unknown
fields of the JSON are to be passed over. The answer has "hex", the message encoded again, deterministically, and "json",
the message as an object with defaults; or "error".
"""

import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory


def main(path):
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as descriptors:
        files.ParseFromString(descriptors.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    for line in sys.stdin:
        print(json.dumps(answer(pool, json.loads(line))), flush=True)


def answer(pool, question):
    descriptor = pool.FindMessageTypeByName("codec.v1." + question["message"])
    message = message_factory.GetMessageClass(descriptor)()
    try:
        if "hex" in question:
            message.ParseFromString(bytes.fromhex(question["hex"]))
        else:
            json_format.Parse(question["json"], message, question.get("ignore", False), pool)
        whole = json_format.MessageToDict(message, always_print_fields_with_no_presence=True, descriptor_pool=pool)
    except Exception as error:  # Any refusal is an answer; a time out of range is refused when it is to be written.
        return {"error": f"{type(error).__name__}: {error}"}
    return {"hex": message.SerializeToString(deterministic=True).hex(), "json": whole}


main(sys.argv[1])
