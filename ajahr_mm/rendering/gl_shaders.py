"""The shader programs of the OpenGL renderer."""

#: ``ndc`` is the projected corner; multiplied by z it makes OpenGL interpolate in perspective. ``shift`` moves the picture.
VERTEX = '''
#version 330
in vec3 ndc, position, normal, color;
in vec2 uv;
uniform vec2 shift;
centroid out vec3 at, facing, tint;
centroid out vec2 spot;
void main() {
    at = position;
    facing = normal;
    tint = color;
    spot = uv;
    gl_Position = vec4(ndc.xy + shift, ndc.z, 1.0) * position.z;
}
'''

# Where every normal around has collapsed, the lit side is the one that is seen.
_NORMAL = '''
centroid in vec3 at, facing;
vec3 shading_normal() {
    float size = length(facing);
    vec3 normal = size > 0.0 ? facing / size : -normalize(at);
    return gl_FrontFacing ? normal : -normal;
}
'''

#: Ids of pixel centres as floats, exact up to 2^24 faces: only float buffers are cleared to zero by every driver.
IDS = '''
#version 330
''' + _NORMAL + '''
layout(location = 0) out vec2 ids;
layout(location = 1) out vec4 normal;
void main() {
    ids = vec2(float(gl_PrimitiveID + 1), 1.0 / gl_FragCoord.w);
    normal = vec4(shading_normal(), 0.0);
}
'''

COLOR = '''
#version 330
''' + _NORMAL + '''
centroid in vec3 tint;
centroid in vec2 spot;
uniform vec3 lamp[3];  // direction, ambient, diffuse
uniform bool textured;
uniform sampler2D skin;
out vec4 color;
void main() {
    vec3 albedo = textured ? tint * texture(skin, spot).rgb : tint;
    color = vec4(albedo * (lamp[1] + lamp[2] * max(dot(shading_normal(), lamp[0]), 0.0)), 1.0);
}
'''

COVER = '''
#version 330
void main() {
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
'''


def resolve(samples: int, block: int) -> str:
    """Averages ``samples`` points of ``block`` x ``block`` pixels: straight colour of the covered ones, and coverage."""
    kind, fetch = ('sampler2DMS', 's') if samples > 1 else ('sampler2D', '0')
    return f'''
#version 330
uniform {kind} picture;
out vec4 color;
void main() {{
    vec4 total = vec4(0.0);
    for (int j = 0; j < {block}; ++j)
        for (int i = 0; i < {block}; ++i)
            for (int s = 0; s < {samples}; ++s)
                total += texelFetch(picture, ivec2(gl_FragCoord.xy) * {block} + ivec2(i, j), {fetch});
    color = vec4(total.a > 0.0 ? total.rgb / total.a : vec3(0.0), total.a / {samples * block * block}.0);
}}
'''
